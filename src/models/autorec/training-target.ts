import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { type RatingScale, ratingScale } from '../../interactions/rating-scale.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { baselineAt } from './baseline.ts'
import { exportStatistics, openStatistics, type RatingStatistics } from './rating-statistics.ts'

/** What AutoRec reads and predicts in place of the ratings, by its hyperparameter `target`. */
export interface TrainingTarget {
  /** Of the values that the model predicts. */
  readonly scale: RatingScale
  /** users × items ratings to the values in their place. */
  fromRatings(ratings: CsrMatrix): CsrMatrix
  /** The predicted value at each entry of `targets` to a rating, in place. */
  toRatings(predicted: Float32Array, histories: CsrMatrix, targets: CsrMatrix): Float32Array
}

/** What takes the place of the ratings in a training on `data`, users × items. */
export function trainingTargetOf(
  data: CsrMatrix,
  hyperparameters: Pick<AutoRecHyperparameters, 'positiveThreshold' | 'target'>,
): TrainingTarget {
  const statistics = openStatistics(
    exportStatistics(data, hyperparameters.positiveThreshold),
    hyperparameters,
  )
  // the scale in double precision
  return openTrainingTarget({ ...statistics, ...ratingScale(data) }, hyperparameters)
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
