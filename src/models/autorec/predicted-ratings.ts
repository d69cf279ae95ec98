import { type CsrMatrix, rowLength } from '../../interactions/csr/csr-matrix.ts'
import type { RatingStatistics } from './rating-statistics.ts'

/**
 * Foretold ratings as they are given out: within the range seen in training, and `coldRating` where the user has no
 * rating or the item had none in training, as in the paper.
 *
 * @param output what the decoder gave at each entry of `targets`; changed in place
 */
export function predictedRatings(
  output: Float32Array,
  histories: CsrMatrix,
  targets: CsrMatrix,
  { itemRatings, lowest, highest }: RatingStatistics,
  coldRating: number,
): Float32Array {
  for (let row = 0; row < targets.rows; row++) {
    const known = rowLength(histories, row) > 0
    for (let n = targets.offsets[row]!; n < targets.offsets[row + 1]!; n++) {
      const warm = known && itemRatings[targets.indices[n]!]! > 0
      output[n] = warm ? Math.min(Math.max(output[n]!, lowest), highest) : coldRating
    }
  }
  return output
}
