import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { RatingScale } from '../../interactions/rating-scale.ts'
import { biasOfRow, defaultBiasRegularization } from '../bias.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import type { RatingStatistics } from './rating-statistics.ts'

/**
 * What AutoRec reads and predicts in place of a rating: the rating itself (the paper); or its residual, which is what the
 * baseline of biases leaves, in units of the standard deviation of all residuals, so that λ is free of units.
 */
export const trainingTargets = ['ratings', 'residuals'] as const

export interface TrainingTarget {
  /** Of the values that the model predicts. */
  readonly scale: RatingScale
  /** users × items ratings to the values in their place. */
  fromRatings(ratings: CsrMatrix): CsrMatrix
  /** The predicted value at each entry of `targets` to a rating, in place. */
  toRatings(predicted: Float32Array, histories: CsrMatrix, targets: CsrMatrix): Float32Array
}

export function openTrainingTarget(
  statistics: RatingStatistics,
  { target }: Pick<AutoRecHyperparameters, 'target'>,
): TrainingTarget {
  if (target === 'ratings')
    return { scale: statistics, fromRatings: (ratings) => ratings, toRatings: (predicted) => predicted }
  const { lowest, highest, residualDeviation: deviation } = statistics
  const range = (highest - lowest) / deviation
  return {
    scale: { mean: 0, lowest: -range, highest: range },
    fromRatings: (ratings) => {
      const values = baselineAt(ratings, ratings, statistics)
      for (let n = 0; n < values.length; n++) values[n] = (ratings.values[n]! - values[n]!) / deviation
      return { ...ratings, values }
    },
    toRatings: (predicted, histories, targets) => {
      const baseline = baselineAt(targets, histories, statistics)
      for (let n = 0; n < predicted.length; n++) predicted[n] = baseline[n]! + deviation * predicted[n]!
      return predicted
    },
  }
}

/** μ + b_u + b_i at each entry of `pattern`, where b_u follows from the user's history; see `bias`. */
export function baselineAt(
  pattern: CsrMatrix,
  histories: CsrMatrix,
  { mean, itemBias }: Pick<RatingStatistics, 'mean' | 'itemBias'>,
): Float32Array {
  if (!itemBias) throw new RangeError('The weight itemBias is missing')
  const values = new Float32Array(pattern.indices.length)
  for (let row = 0; row < pattern.rows; row++) {
    const [start, end] = [pattern.offsets[row]!, pattern.offsets[row + 1]!]
    if (start === end) continue
    const level =
      mean + biasOfRow(histories, row, mean, itemBias, defaultBiasRegularization.userRegularization)
    for (let n = start; n < end; n++) values[n] = level + itemBias[pattern.indices[n]!]!
  }
  return values
}
