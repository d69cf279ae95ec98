import { type CsrMatrix, csrFromEntries } from './csr-matrix.ts'

/**
 * Moves every entry from column c to column `places[c]` of `columns`, in any order; where that is −1 the entry is left
 * out.
 */
export function renumberColumns(matrix: CsrMatrix, places: Int32Array, columns: number): CsrMatrix {
  const row = new Int32Array(matrix.indices.length)
  const column = new Int32Array(matrix.indices.length)
  const values = new Float32Array(matrix.indices.length)
  let size = 0
  for (let r = 0; r < matrix.rows; r++)
    for (let n = matrix.offsets[r]!; n < matrix.offsets[r + 1]!; n++) {
      const place = places[matrix.indices[n]!]!
      if (place < 0) continue
      row[size] = r
      column[size] = place
      values[size++] = matrix.values[n]!
    }
  return csrFromEntries(matrix.rows, columns, {
    row: row.subarray(0, size),
    column: column.subarray(0, size),
    values: values.subarray(0, size),
  })
}
