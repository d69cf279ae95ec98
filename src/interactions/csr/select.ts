import { type CsrMatrix, entryRows, rowLength, rowOf } from './csr-matrix.ts'
import { csrFromEntries } from './from-entries.ts'

/**
 * The rows `rows`, in that order; a row may be selected more than once.
 *
 * @throws RangeError when the matrix has no such row.
 */
export function selectRows(matrix: CsrMatrix, rows: ArrayLike<number>): CsrMatrix {
  const offsets = new Int32Array(rows.length + 1)
  for (let r = 0; r < rows.length; r++) {
    requireRow(matrix, rows[r]!)
    offsets[r + 1] = offsets[r]! + rowLength(matrix, rows[r]!)
  }
  const indices = new Int32Array(offsets[rows.length]!)
  const values = new Float32Array(offsets[rows.length]!)
  for (let r = 0; r < rows.length; r++) {
    const row = rowOf(matrix, rows[r]!)
    indices.set(row.indices, offsets[r]!)
    values.set(row.values, offsets[r]!)
  }
  return { rows: rows.length, columns: matrix.columns, offsets, indices, values }
}

/**
 * Rows `start` up to but not including `end`, sharing the memory of `matrix`.
 *
 * @throws RangeError when they do not lie within the matrix.
 */
export function sliceRows(matrix: CsrMatrix, start: number, end: number): CsrMatrix {
  if (!(start >= 0 && start <= end && end <= matrix.rows))
    throw new RangeError(`Rows ${start} to ${end} do not lie within the ${matrix.rows} rows of the matrix`)
  const first = matrix.offsets[start]!
  const last = matrix.offsets[end]!
  return {
    rows: end - start,
    columns: matrix.columns,
    offsets: matrix.offsets.slice(start, end + 1).map((offset) => offset - first),
    indices: matrix.indices.subarray(first, last),
    values: matrix.values.subarray(first, last),
  }
}

/** The numbers of the rows that store at least `minEntries` entries, ascending. */
export function rowsWithAtLeast(matrix: CsrMatrix, minEntries: number): Int32Array {
  return Int32Array.from({ length: matrix.rows }, (_, row) => row).filter(
    (row) => rowLength(matrix, row) >= minEntries,
  )
}

/** The entries for which `keep` holds; the shape stays. */
export function filterEntries(
  matrix: CsrMatrix,
  keep: (row: number, column: number, value: number, position: number) => boolean,
): CsrMatrix {
  const offsets = new Int32Array(matrix.rows + 1)
  const indices = new Int32Array(matrix.values.length)
  const values = new Float32Array(matrix.values.length)
  let size = 0
  for (let r = 0; r < matrix.rows; r++) {
    for (let n = matrix.offsets[r]!; n < matrix.offsets[r + 1]!; n++)
      if (keep(r, matrix.indices[n]!, matrix.values[n]!, n)) {
        indices[size] = matrix.indices[n]!
        values[size++] = matrix.values[n]!
      }
    offsets[r + 1] = size
  }
  return {
    rows: matrix.rows,
    columns: matrix.columns,
    offsets,
    indices: indices.slice(0, size),
    values: values.slice(0, size),
  }
}

/** The columns `columns`, which must ascend, renumbered from 0. */
export function selectColumns(matrix: CsrMatrix, columns: Int32Array): CsrMatrix {
  const newColumns = new Int32Array(matrix.columns).fill(-1)
  for (const [n, column] of columns.entries()) newColumns[column] = n
  const kept = filterEntries(matrix, (_row, column) => newColumns[column]! >= 0)
  return {
    ...kept,
    columns: columns.length,
    indices: kept.indices.map((column) => newColumns[column]!),
  }
}

/**
 * Moves the entries of column c to column `newColumns[c]` of `columns`, in any order; where that is −1 it leaves the
 * entries out.
 */
export function renumberColumns(matrix: CsrMatrix, newColumns: Int32Array, columns: number): CsrMatrix {
  const kept = filterEntries(matrix, (_row, column) => newColumns[column]! >= 0)
  const column = kept.indices.map((column) => newColumns[column]!)
  return csrFromEntries(kept.rows, columns, { row: entryRows(kept), column, values: kept.values })
}

function requireRow(matrix: CsrMatrix, row: number): void {
  if (!(row >= 0 && row < matrix.rows))
    throw new RangeError(`There is no row ${row} in a matrix of ${matrix.rows} rows`)
}
