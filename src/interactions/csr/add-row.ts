import type { CsrMatrix } from './csr-matrix.ts'

/** Adds `factor` times row `row` to `sums`, one number for each column. Without `rowOf`: called for every item of every history. */
export function addRow(matrix: CsrMatrix, row: number, factor: number, sums: Float32Array): void {
  const { offsets, indices, values } = matrix
  for (let n = offsets[row]!; n < offsets[row + 1]!; n++) sums[indices[n]!]! += factor * values[n]!
}
