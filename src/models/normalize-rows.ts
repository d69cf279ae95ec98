import { type CsrMatrix, rowOf } from '../interactions/csr/csr-matrix.ts'

/** Divides every row by its Euclidean norm; an empty row stays empty. */
export function normalizeRows(matrix: CsrMatrix): CsrMatrix {
  const normalized = { ...matrix, values: matrix.values.slice() }
  for (let row = 0; row < matrix.rows; row++) {
    const { values } = rowOf(normalized, row)
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
    if (norm > 0) for (let n = 0; n < values.length; n++) values[n]! /= norm
  }
  return normalized
}
