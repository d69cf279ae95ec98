// Statistics of the training ratings that a trained AutoRec needs in addition to θ.
import { type CsrMatrix, columnCounts } from '../../interactions/csr/csr-matrix.ts'
import { rowsWithAtLeast, selectRows } from '../../interactions/csr/select.ts'
import { type RatingScale, ratingScale } from '../../interactions/rating-scale.ts'
import type { RatingPredictor } from '../scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from '../weights.ts'

export interface RatingStatistics extends RatingScale {
  /** Number of training ratings of each item. */
  readonly itemRatings: Float32Array
  /**
   * The boundary between positive and other ratings: halfway between the lowest positive rating and the next lower one; the
   * mean if every rating is positive; −∞ if all ratings are equal.
   */
  readonly positiveBoundary: number
  /** Root mean squared error on the training ratings. */
  readonly residual: number
}

/** The statistics of users × items ratings as weights; `residual` is 1 until `withResidual` measures it. */
export function exportStatistics(data: CsrMatrix, positiveThreshold: number): Weights {
  const scale = ratingScale(data)
  return {
    itemRatings: { shape: [data.columns], values: Float32Array.from(columnCounts(data)) },
    mean: scalarWeight(scale.mean),
    lowest: scalarWeight(scale.lowest),
    highest: scalarWeight(scale.highest),
    positiveBoundary: scalarWeight(positiveBoundary(data, scale, positiveThreshold)),
    residual: scalarWeight(1),
  }
}

export function openStatistics(weights: Weights): RatingStatistics {
  return {
    itemRatings: requireWeight(weights, 'itemRatings').values,
    mean: requireScalar(weights, 'mean'),
    lowest: requireScalar(weights, 'lowest'),
    highest: requireScalar(weights, 'highest'),
    positiveBoundary: requireScalar(weights, 'positiveBoundary'),
    residual: requireScalar(weights, 'residual'),
  }
}

/** Measures `residual` on users spread evenly over those with ratings, enough for an error of about one percent. */
export async function withResidual(
  weights: Weights,
  data: CsrMatrix,
  model: RatingPredictor & { dispose(): void },
): Promise<Weights> {
  const rated = rowsWithAtLeast(data, 1)
  const stride = Math.ceil(rated.length / measuredUsers)
  const users = rated.filter((_, n) => n % stride === 0)
  const ratings = selectRows(data, users)
  const predicted = await model.predict(users, ratings, ratings)
  model.dispose()
  let sum = 0
  for (let n = 0; n < predicted.length; n++) sum += (predicted[n]! - ratings.values[n]!) ** 2
  return { ...weights, residual: scalarWeight(Math.sqrt(sum / predicted.length)) }
}

const measuredUsers = 500

function positiveBoundary(
  data: CsrMatrix,
  { mean, lowest, highest }: RatingScale,
  positiveThreshold: number,
): number {
  if (lowest === highest) return Number.NEGATIVE_INFINITY
  const threshold = Math.fround(positiveThreshold)
  if (threshold <= lowest) return mean
  let [below, above] = [lowest, highest]
  for (const value of data.values)
    if (value < threshold) below = Math.max(below, value)
    else above = Math.min(above, value)
  return (below + above) / 2
}
