// What a trained AutoRec remembers of its training ratings besides θ.
import { type CsrMatrix, columnCounts } from '../../interactions/csr/csr-matrix.ts'
import { rowsWithAtLeast, selectRows } from '../../interactions/csr/select.ts'
import { positiveThresholdOf } from '../../interactions/positives.ts'
import { type RatingScale, ratingScale } from '../rating-scale.ts'
import type { RatingPredictor } from '../scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from '../weights.ts'

export interface RatingStatistics extends RatingScale {
  /** Training ratings of each item. */
  readonly itemRatings: Float32Array
  /**
   * What parts liked from not liked: halfway between the lowest positive rating and the rating below it; where every
   * rating is positive, the mean; where all are equal, −∞.
   */
  readonly positiveBoundary: number
  /** Root mean squared error on the training ratings. */
  readonly residual: number
}

/** The statistics of users × items ratings, as weights; `residual` is 1 until `withResidual` measures it. */
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

/** Measures `residual` on users spread evenly over those with ratings, enough of them to know it to a percent or so. */
export async function withResidual(
  weights: Weights,
  data: CsrMatrix,
  model: RatingPredictor & { dispose(): void },
): Promise<Weights> {
  const rated = rowsWithAtLeast(data, 1)
  const every = Math.ceil(rated.length / usersMeasured)
  const users = rated.filter((_, n) => n % every === 0)
  const ratings = selectRows(data, users)
  const foretold = await model.predict(users, ratings, ratings)
  model.dispose()
  let sum = 0
  for (let n = 0; n < foretold.length; n++) sum += (foretold[n]! - ratings.values[n]!) ** 2
  return { ...weights, residual: scalarWeight(Math.sqrt(sum / foretold.length)) }
}

const usersMeasured = 500

function positiveBoundary(
  data: CsrMatrix,
  { mean, lowest, highest }: RatingScale,
  positiveThreshold: number,
): number {
  if (lowest === highest) return Number.NEGATIVE_INFINITY
  const threshold = positiveThresholdOf(data, positiveThreshold)
  if (threshold <= lowest) return mean
  let [below, above] = [lowest, highest]
  for (const value of data.values)
    if (value < threshold) below = Math.max(below, value)
    else above = Math.min(above, value)
  return (below + above) / 2
}
