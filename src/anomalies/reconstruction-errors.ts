import { median } from 'd3-array'
import { klFromStandardNormal } from '../evaluation/latent-use.ts'
import { measureUserBounds } from '../evaluation/variational-bounds.ts'
import { type CsrMatrix, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../interactions/csr/select.ts'
import { positives } from '../interactions/positives.ts'
import { hasDensity, hasPosterior, type PosteriorModel, type Scorer } from '../models/scorer.ts'
import { createRandom } from '../random/random.ts'
import { robustScores } from '../statistics/robust-scores.ts'

/** How badly a model reconstructs each user's history. */
export interface ReconstructionErrors {
  /** What `errors` are: nats per positive for the first two, a share of item pairs for the last. */
  readonly measure: 'negative ELBO' | 'negative log-likelihood' | 'misranked share'
  readonly errors: Float64Array
  /**
   * Of a model with a posterior: for each user the latent unit whose KL divergence from the prior is most unusual among
   * all users, and its robust standard score.
   */
  readonly largestKl?: { readonly units: Int32Array; readonly scores: Float64Array }
}

/**
 * By the negative ELBO or log-likelihood per positive of a model that has one, else by the share of pairs of a positive
 * and another item that the model ranks the wrong way around. A user without positives, of whom there is nothing to
 * reconstruct, has the median error of the others.
 *
 * @param histories users × items of the model
 */
export async function reconstructionErrors(
  scorer: Scorer,
  histories: CsrMatrix,
  positiveThreshold: number,
): Promise<ReconstructionErrors> {
  const target = positives(histories, positiveThreshold)
  const perPositive = (totals: ArrayLike<number>) =>
    Float64Array.from(totals, (total, user) => -total / rowLength(target, user))
  if (hasPosterior(scorer)) {
    const random = createRandom('reconstruction errors')
    const bounds = await measureUserBounds(scorer, histories, { positiveThreshold, samples: 4, random })
    return {
      measure: 'negative ELBO',
      errors: withMedian(perPositive(bounds.map(({ reconstruction, kl }) => reconstruction - kl)), target),
      largestKl: await findLargestKl(scorer, histories),
    }
  }
  if (hasDensity(scorer)) {
    const totals = await inBatches(histories, (batch) => scorer.logLikelihood(batch))
    return { measure: 'negative log-likelihood', errors: withMedian(perPositive(totals), target) }
  }
  const errors = await inBatches(histories, async (batch) => {
    const scores = await scorer.score(batch)
    const positive = positives(batch, positiveThreshold)
    return Float64Array.from({ length: batch.rows }, (_, user) =>
      misrankedShare(
        scores.subarray(user * batch.columns, (user + 1) * batch.columns),
        rowIndices(positive, user),
      ),
    )
  })
  return { measure: 'misranked share', errors: withMedian(errors, target) }
}

/** With the median of the others for users without positives. */
function withMedian(errors: Float64Array, target: CsrMatrix): Float64Array {
  const hasPositives = (user: number) => rowLength(target, user) > 0
  const others = median(errors.filter((_, user) => hasPositives(user))) ?? 0
  return errors.map((error, user) => (hasPositives(user) ? error : others))
}

const batchSize = 200

async function inBatches(
  histories: CsrMatrix,
  measure: (batch: CsrMatrix) => Promise<Float64Array>,
): Promise<Float64Array> {
  const all = new Float64Array(histories.rows)
  for (let start = 0; start < histories.rows; start += batchSize)
    all.set(await measure(sliceRows(histories, start, Math.min(start + batchSize, histories.rows))), start)
  return all
}

/** One minus the area under the ROC curve of the scores. */
function misrankedShare(scores: Float32Array, positive: Int32Array): number {
  const others = scores.length - positive.length
  if (positive.length === 0 || others === 0) return 0
  const sorted = scores.slice().sort()
  const positiveScores = Float32Array.from(positive, (item) => scores[item]!).sort()
  let misranked = 0
  let [below, upTo] = [0, 0]
  for (const [n, score] of positiveScores.entries()) {
    while (below < sorted.length && sorted[below]! < score) below++
    upTo = Math.max(upTo, below)
    while (upTo < sorted.length && sorted[upTo]! === score) upTo++
    const ties = upTo - below
    // of the items above and half of those at the same score, without the user's own positives
    const above = sorted.length - upTo + ties / 2
    misranked += above - (positive.length - n - 0.5)
  }
  return Math.max(0, misranked) / (positive.length * others)
}

async function findLargestKl(model: PosteriorModel, histories: CsrMatrix) {
  const units = model.latentSize
  const { rows } = histories
  const kl = Array.from({ length: units }, () => new Float64Array(rows))
  for (let start = 0; start < rows; start += batchSize) {
    const batch = sliceRows(histories, start, Math.min(start + batchSize, rows))
    const { mean, std } = await model.posterior(batch)
    for (let n = 0; n < mean.length; n++)
      kl[n % units]![start + Math.floor(n / units)] = klFromStandardNormal(mean[n]!, std[n]!)
  }
  const largest = { units: new Int32Array(rows), scores: new Float64Array(rows) }
  for (const [unit, values] of kl.entries())
    for (const [user, score] of (robustScores(values) ?? []).entries())
      if (score > largest.scores[user]!) {
        largest.scores[user] = score
        largest.units[user] = unit
      }
  return largest
}
