import { type CsrMatrix, rowLength } from './csr-matrix.ts'

/** The rows that store `entries` or more, ascending. */
export function rowsWithAtLeast(matrix: CsrMatrix, entries: number): Int32Array {
  return Int32Array.from({ length: matrix.rows }, (_, row) => row).filter(
    (row) => rowLength(matrix, row) >= entries,
  )
}
