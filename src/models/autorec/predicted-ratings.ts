import { type CsrMatrix, rowLength } from '../../interactions/csr/csr-matrix.ts'
import { biasOfRow, defaultBiasRegularization } from '../bias.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import type { RatingStatistics } from './rating-statistics.ts'

/**
 * The final predicted ratings: those of `coldRating` if the user has no rating or the item had none in training, and all
 * clipped to the range of the training ratings.
 *
 * @param output the decoder's output at each entry of `targets`; changed in place
 */
export function predictedRatings(
  output: Float32Array,
  histories: CsrMatrix,
  targets: CsrMatrix,
  statistics: RatingStatistics,
  coldRating: AutoRecHyperparameters['coldRating'],
): Float32Array {
  const { itemRatings, lowest, highest } = statistics
  for (let row = 0; row < targets.rows; row++) {
    const hasRatings = rowLength(histories, row) > 0
    for (let n = targets.offsets[row]!; n < targets.offsets[row + 1]!; n++) {
      const item = targets.indices[n]!
      const isWarm = hasRatings && itemRatings[item]! > 0
      const rating = isWarm ? output[n]! : coldRatingOf(row, item, histories, statistics, coldRating)
      output[n] = Math.min(Math.max(rating, lowest), highest)
    }
  }
  return output
}

/** The predicted rating of an item without ratings in training, for each history. */
export function unknownItemRatings(
  histories: CsrMatrix,
  statistics: RatingStatistics,
  coldRating: AutoRecHyperparameters['coldRating'],
): Float32Array {
  const { lowest, highest } = statistics
  return Float32Array.from({ length: histories.rows }, (_, row) =>
    Math.min(Math.max(coldRatingOf(row, null, histories, statistics, coldRating), lowest), highest),
  )
}

/** μ + b_u + b_i, where a bias without ratings is 0; see `bias`. Null for an item that is not in the statistics. */
function coldRatingOf(
  row: number,
  item: number | null,
  histories: CsrMatrix,
  { mean, itemBias }: RatingStatistics,
  coldRating: AutoRecHyperparameters['coldRating'],
): number {
  if (coldRating !== 'bias') return coldRating
  if (!itemBias) throw new RangeError('The weight itemBias is missing')
  const { userRegularization } = defaultBiasRegularization
  const userMean = mean + biasOfRow(histories, row, mean, itemBias, userRegularization)
  return item === null ? userMean : userMean + itemBias[item]!
}
