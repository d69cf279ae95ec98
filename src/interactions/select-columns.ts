import type { CsrMatrix } from './csr-matrix.ts'

/** The matrix of the given columns, numbered anew in their order; they must ascend. */
export function selectColumns(matrix: CsrMatrix, columns: Int32Array): CsrMatrix {
  const place = new Int32Array(matrix.columns).fill(-1)
  for (let n = 0; n < columns.length; n++) place[columns[n]!] = n
  const offsets = new Int32Array(matrix.rows + 1)
  const indices = new Int32Array(matrix.indices.length)
  const values = new Float32Array(matrix.values.length)
  let size = 0
  for (let row = 0; row < matrix.rows; row++) {
    for (let n = matrix.offsets[row]!; n < matrix.offsets[row + 1]!; n++) {
      const column = place[matrix.indices[n]!]!
      if (column < 0) continue
      indices[size] = column
      values[size++] = matrix.values[n]!
    }
    offsets[row + 1] = size
  }
  return {
    rows: matrix.rows,
    columns: columns.length,
    offsets,
    indices: indices.slice(0, size),
    values: values.slice(0, size),
  }
}
