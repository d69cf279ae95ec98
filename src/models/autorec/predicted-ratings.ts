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

/** μ + b_u + b_i, where a bias without ratings is 0; see `bias`. */
function coldRatingOf(
  row: number,
  item: number,
  histories: CsrMatrix,
  { mean, itemBias }: RatingStatistics,
  coldRating: AutoRecHyperparameters['coldRating'],
): number {
  if (coldRating !== 'bias') return coldRating
  if (!itemBias) throw new RangeError('The weight itemBias is missing')
  const { userRegularization } = defaultBiasRegularization
  return mean + biasOfRow(histories, row, mean, itemBias, userRegularization) + itemBias[item]!
}
