import { type CsrMatrix, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../interactions/csr/select.ts'
import { positives } from '../interactions/positives.ts'
import type { PosteriorModel } from '../models/scorer.ts'
import type { Random } from '../random/random.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { klFromStandardNormal } from './latent-use.ts'

/**
 * Lower bounds on log p(x) of each user's positives, under a prior N(0, I), in nats per user, without the constant
 * multinomial coefficient.
 */
export interface VariationalBounds {
  /** E_q log p(x | z), by `samples` draws. */
  readonly reconstruction: Estimate
  /** KL(q(z | x) ‖ N(0, I)), in closed form. */
  readonly kl: Estimate
  /** Their difference. */
  readonly elbo: Estimate
  /**
   * E log (1/k) Σ p(x, z_k) / q(z_k | x), k = `samples`: closer to log p(x) for larger k (Burda, Grosse and
   * Salakhutdinov, ICLR 2016, equation 8). Its distance above the ELBO shows how badly q fits p(z | x).
   */
  readonly importanceWeighted: Estimate
  readonly samples: number
}

export interface BoundsOptions {
  /** A rating from this value counts as positive for the model. */
  readonly positiveThreshold: number
  readonly samples: number
  readonly random: Random
}

export async function measureBounds(
  model: PosteriorModel,
  histories: CsrMatrix,
  options: BoundsOptions,
): Promise<VariationalBounds> {
  const users = await measureUserBounds(model, histories, options)
  const over = (measure: (user: UserBounds) => number) => estimateMean(users.map(measure))
  return {
    reconstruction: over(({ reconstruction }) => reconstruction),
    kl: over(({ kl }) => kl),
    elbo: over(({ reconstruction, kl }) => reconstruction - kl),
    importanceWeighted: over(({ importanceWeighted }) => importanceWeighted),
    samples: options.samples,
  }
}

/** The bounds of single users, in nats. */
export async function measureUserBounds(
  model: PosteriorModel,
  histories: CsrMatrix,
  { positiveThreshold, samples, random }: BoundsOptions,
): Promise<UserBounds[]> {
  const users: UserBounds[] = []
  for (let start = 0; start < histories.rows; start += maxBatchSize) {
    const batch = sliceRows(histories, start, Math.min(start + maxBatchSize, histories.rows))
    users.push(...(await boundsOf(model, batch, positives(batch, positiveThreshold), samples, random)))
  }
  return users
}

export interface UserBounds {
  readonly reconstruction: number
  readonly kl: number
  readonly importanceWeighted: number
}

const maxBatchSize = 200

async function boundsOf(
  model: PosteriorModel,
  histories: CsrMatrix,
  positiveItems: CsrMatrix,
  samples: number,
  random: Random,
): Promise<UserBounds[]> {
  const { mean, std } = await model.posterior(histories)
  const units = model.latentSize
  const likelihoods = Array.from({ length: positiveItems.rows }, () => new Float64Array(samples))
  const weights = Array.from({ length: positiveItems.rows }, () => new Float64Array(samples))
  const z = new Float32Array(mean.length)
  for (let k = 0; k < samples; k++) {
    const logRatios = new Float64Array(positiveItems.rows) // log p(z) − log q(z | x)
    for (let n = 0; n < z.length; n++) {
      const epsilon = random.normal()
      z[n] = mean[n]! + std[n]! * epsilon
      logRatios[Math.floor(n / units)]! += (epsilon ** 2 - z[n]! ** 2) / 2 + Math.log(std[n]!)
    }
    const logits = await model.decode(z)
    for (let user = 0; user < positiveItems.rows; user++) {
      likelihoods[user]![k] = logLikelihood(logits, positiveItems, user)
      weights[user]![k] = likelihoods[user]![k]! + logRatios[user]!
    }
  }
  return likelihoods.map((userLikelihoods, user) => ({
    reconstruction: userLikelihoods.reduce((sum, value) => sum + value, 0) / samples,
    kl: klOfUser(mean, std, user, units),
    importanceWeighted: logSumExp(weights[user]!) - Math.log(samples),
  }))
}

/** Σ_i x_i log softmax_i(logits) of one user. */
function logLikelihood(logits: Float32Array, positiveItems: CsrMatrix, user: number): number {
  const userLogits = logits.subarray(user * positiveItems.columns, (user + 1) * positiveItems.columns)
  let sum = -rowLength(positiveItems, user) * logSumExp(userLogits)
  for (const item of rowIndices(positiveItems, user)) sum += userLogits[item]!
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
