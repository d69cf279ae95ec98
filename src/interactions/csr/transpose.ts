import type { CsrMatrix } from './csr-matrix.ts'

/** columns × rows, in O(entries + rows + columns). */
export function transpose(matrix: CsrMatrix): CsrMatrix {
  const size = matrix.values.length
  const offsets = new Int32Array(matrix.columns + 1)
  for (let n = 0; n < size; n++) offsets[matrix.indices[n]! + 1]!++
  for (let c = 0; c < matrix.columns; c++) offsets[c + 1]! += offsets[c]!
  const next = offsets.slice()
  const indices = new Int32Array(size)
  const values = new Float32Array(size)
  for (let r = 0; r < matrix.rows; r++)
    for (let n = matrix.offsets[r]!; n < matrix.offsets[r + 1]!; n++) {
      const to = next[matrix.indices[n]!]!++
      indices[to] = r
      values[to] = matrix.values[n]!
    }
  return { rows: matrix.columns, columns: matrix.rows, offsets, indices, values }
}
