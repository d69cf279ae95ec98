import { type CsrMatrix, rowLength } from '../interactions/csr-matrix.ts'

/** The rows that store an entry, ascending. */
export function rowsWithEntries(matrix: CsrMatrix): Int32Array {
  return Int32Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => rowLength(matrix, row) > 0)
}
