import { type CsrMatrix, rowLength } from '../../interactions/csr/csr-matrix.ts'
import type { RatingStatistics } from './rating-statistics.ts'

/**
 * The final predicted ratings: `coldRating` if the user has no rating or the item had none in training, as in the paper, and
 * clipped to the range of the training ratings.
 *
 * @param output the decoder's output at each entry of `targets`; changed in place
 */
export function predictedRatings(
  output: Float32Array,
  histories: CsrMatrix,
  targets: CsrMatrix,
  { itemRatings, lowest, highest }: RatingStatistics,
  coldRating: number,
): Float32Array {
  for (let row = 0; row < targets.rows; row++) {
    const hasRatings = rowLength(histories, row) > 0
    for (let n = targets.offsets[row]!; n < targets.offsets[row + 1]!; n++) {
      const isWarm = hasRatings && itemRatings[targets.indices[n]!]! > 0
      output[n] = Math.min(Math.max(isWarm ? output[n]! : coldRating, lowest), highest)
    }
  }
  return output
}
