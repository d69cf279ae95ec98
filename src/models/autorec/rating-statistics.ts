// What a trained AutoRec remembers of its training ratings besides θ.
import { type CsrMatrix, columnCounts, sliceRows } from '../../interactions/csr-matrix.ts'
import { positiveThreshold } from '../positives.ts'
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
export function freezeStatistics(data: CsrMatrix, positiveFrom: number): Weights {
  const scale = ratingScale(data)
  return {
    itemRatings: { shape: [data.columns], values: Float32Array.from(columnCounts(data)) },
    mean: scalarWeight(scale.mean),
    lowest: scalarWeight(scale.lowest),
    highest: scalarWeight(scale.highest),
    positiveBoundary: scalarWeight(positiveBoundary(data, scale, positiveFrom)),
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

/** Measures `residual` on users spread evenly over the data, enough of them to know it to a percent or so. */
export async function withResidual(
  weights: Weights,
  data: CsrMatrix,
  model: RatingPredictor & { dispose(): void },
): Promise<Weights> {
  let [sum, count] = [0, 0]
  const blocks = Math.min(residualBlocks, data.rows)
  for (let block = 0; block < blocks; block++) {
    const start = Math.floor((block * data.rows) / blocks)
    const ratings = sliceRows(data, start, Math.min(start + residualBlockRows, data.rows))
    const users = Int32Array.from({ length: ratings.rows }, (_, row) => start + row)
    const foretold = await model.predict(users, ratings, ratings)
    for (let n = 0; n < foretold.length; n++) sum += (foretold[n]! - ratings.values[n]!) ** 2
    count += foretold.length
  }
  model.dispose()
  return { ...weights, residual: scalarWeight(Math.sqrt(sum / count)) }
}

const residualBlocks = 8
const residualBlockRows = 64

function positiveBoundary(
  data: CsrMatrix,
  { mean, lowest, highest }: RatingScale,
  positiveFrom: number,
): number {
  if (lowest === highest) return Number.NEGATIVE_INFINITY
  const threshold = positiveThreshold(data, positiveFrom)
  if (threshold <= lowest) return mean
  let [below, above] = [lowest, highest]
  for (const value of data.values)
    if (value < threshold) below = Math.max(below, value)
    else above = Math.min(above, value)
  return (below + above) / 2
}
