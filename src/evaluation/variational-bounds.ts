import { type CsrMatrix, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../interactions/csr/select.ts'
import { positives } from '../interactions/positives.ts'
import type { PosteriorModel } from '../models/scorer.ts'
import type { Random } from '../random/random.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { klFromStandardNormal } from './latent-use.ts'

/**
 * Bounds from below on log p(x) of what each user likes, under a prior N(0, I), in nats a user; the constant multinomial
 * coefficient is left out.
 */
export interface VariationalBounds {
  /** E_q log p(x | z), by `samples` draws. */
  readonly reconstruction: Estimate
  /** KL(q(z | x) ‖ N(0, I)), in closed form. */
  readonly kl: Estimate
  /** Their difference. */
  readonly elbo: Estimate
  /**
   * E log (1/k) Σ p(x, z_k) / q(z_k | x), k = `samples`: nearer to log p(x) the larger k is (Burda, Grosse and
   * Salakhutdinov, ICLR 2016, equation 8). How far it lies above the ELBO shows how badly q fits p(z | x).
   */
  readonly importanceWeighted: Estimate
  readonly samples: number
}

export interface BoundsOptions {
  /** From which value on an interaction is a like to the model. */
  readonly positiveThreshold: number
  readonly samples: number
  readonly random: Random
}

export async function measureBounds(
  model: PosteriorModel,
  histories: CsrMatrix,
  { positiveThreshold, samples, random }: BoundsOptions,
): Promise<VariationalBounds> {
  const users: UserBounds[] = []
  for (let start = 0; start < histories.rows; start += usersAtOnce) {
    const some = sliceRows(histories, start, Math.min(start + usersAtOnce, histories.rows))
    users.push(...(await boundsOf(model, some, positives(some, positiveThreshold), samples, random)))
  }
  const over = (measure: (user: UserBounds) => number) => estimateMean(users.map(measure))
  return {
    reconstruction: over(({ reconstruction }) => reconstruction),
    kl: over(({ kl }) => kl),
    elbo: over(({ reconstruction, kl }) => reconstruction - kl),
    importanceWeighted: over(({ importanceWeighted }) => importanceWeighted),
    samples,
  }
}

interface UserBounds {
  readonly reconstruction: number
  readonly kl: number
  readonly importanceWeighted: number
}

const usersAtOnce = 200

async function boundsOf(
  model: PosteriorModel,
  histories: CsrMatrix,
  likes: CsrMatrix,
  samples: number,
  random: Random,
): Promise<UserBounds[]> {
  const { mean, std } = await model.posterior(histories)
  const units = model.latentSize
  const likelihoods = Array.from({ length: likes.rows }, () => new Float64Array(samples))
  const weights = Array.from({ length: likes.rows }, () => new Float64Array(samples))
  const z = new Float32Array(mean.length)
  for (let k = 0; k < samples; k++) {
    const logRatios = new Float64Array(likes.rows) // log p(z) − log q(z | x)
    for (let n = 0; n < z.length; n++) {
      const epsilon = random.normal()
      z[n] = mean[n]! + std[n]! * epsilon
      logRatios[Math.floor(n / units)]! += (epsilon ** 2 - z[n]! ** 2) / 2 + Math.log(std[n]!)
    }
    const logits = await model.decode(z)
    for (let user = 0; user < likes.rows; user++) {
      likelihoods[user]![k] = logLikelihood(logits, likes, user)
      weights[user]![k] = likelihoods[user]![k]! + logRatios[user]!
    }
  }
  return likelihoods.map((own, user) => ({
    reconstruction: own.reduce((sum, value) => sum + value, 0) / samples,
    kl: klOfUser(mean, std, user, units),
    importanceWeighted: logSumExp(weights[user]!) - Math.log(samples),
  }))
}

/** Σ_i x_i log softmax_i(logits) of one user. */
function logLikelihood(logits: Float32Array, likes: CsrMatrix, user: number): number {
  const own = logits.subarray(user * likes.columns, (user + 1) * likes.columns)
  let sum = -rowLength(likes, user) * logSumExp(own)
  for (const item of rowIndices(likes, user)) sum += own[item]!
  return sum
}

function klOfUser(mean: Float32Array, std: Float32Array, user: number, units: number): number {
  let kl = 0
  for (let n = user * units; n < (user + 1) * units; n++) kl += klFromStandardNormal(mean[n]!, std[n]!)
  return kl
}

function logSumExp(values: Float32Array | Float64Array): number {
  let top = Number.NEGATIVE_INFINITY
  for (const value of values) top = Math.max(top, value)
  let sum = 0
  for (const value of values) sum += Math.exp(value - top)
  return top + Math.log(sum)
}
