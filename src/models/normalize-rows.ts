import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'

/** Every row divided by its Euclidean norm; a row of nothing stays. */
export function normalizeRows(matrix: CsrMatrix): CsrMatrix {
  const { rows, offsets } = matrix
  const values = matrix.values.slice()
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(offsets[row], offsets[row + 1])
    const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0))
    if (norm > 0) for (let n = 0; n < own.length; n++) own[n]! /= norm
  }
  return { ...matrix, values }
}
