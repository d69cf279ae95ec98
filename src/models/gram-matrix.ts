import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { transpose } from '../interactions/csr/transpose.ts'

/**
 * The rows of XᵀX, one at a time, for the users × items matrix X: for each pair of items the sum over users of the
 * product of their values; if all values are 1, the number of users that have both. `writeRow(item, row)` overwrites
 * `row` with the first `row.length` elements of row `item`.
 *
 * All rows together cost one addition for each pair of items in a user's history. Writing one row at a time keeps it in
 * the cache.
 */
export function createGramRows(matrix: CsrMatrix): (item: number, row: Float32Array) => void {
  const users = transpose(matrix)
  const { offsets, indices, values } = matrix
  return (item, row) => {
    row.fill(0)
    for (let n = users.offsets[item]!; n < users.offsets[item + 1]!; n++) {
      const value = users.values[n]!
      const user = users.indices[n]!
      for (let m = offsets[user]!; m < offsets[user + 1]!; m++) {
        const other = indices[m]!
        if (other >= row.length) break
        row[other]! += value * values[m]!
      }
    }
  }
}
