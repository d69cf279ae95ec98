// The one sparse format of the house: compressed sparse rows in typed arrays.
import { rowMajorOrder } from './row-major-order.ts'

/** Compressed sparse rows; within a row the columns ascend and none repeats. */
export interface CsrMatrix {
  readonly rows: number
  readonly columns: number
  /** rows + 1 positions into `indices` and `values`. */
  readonly offsets: Int32Array
  /** Column of each stored entry. */
  readonly indices: Int32Array
  /** Value of each stored entry; a stored zero is an entry. */
  readonly values: Float32Array
}

/** Coordinates of entries in any order: entry n is `values[n]` at (`row[n]`, `column[n]`). */
export interface Entries {
  readonly row: Int32Array
  readonly column: Int32Array
  readonly values: Float32Array
}

/**
 * Sorts entries into rows and columns, in O(entries + rows + columns).
 *
 * @throws RangeError when an entry lies outside the shape or a pair comes twice, naming it.
 */
export function csrFromEntries(rows: number, columns: number, entries: Entries): CsrMatrix {
  const matrix = csrInOrder(rows, columns, entries, rowMajorOrder(rows, columns, entries))
  requireDistinct(matrix)
  return matrix
}

/** The matrix of the entries at `positions`, which name them by ascending rows and, within a row, columns. */
export function csrInOrder(
  rows: number,
  columns: number,
  entries: Entries,
  positions: Int32Array,
): CsrMatrix {
  const offsets = new Int32Array(rows + 1)
  const indices = new Int32Array(positions.length)
  const values = new Float32Array(positions.length)
  for (let n = 0; n < positions.length; n++) {
    const from = positions[n]!
    offsets[entries.row[from]! + 1]!++
    indices[n] = entries.column[from]!
    values[n] = entries.values[from]!
  }
  for (let r = 0; r < rows; r++) offsets[r + 1]! += offsets[r]!
  return { rows, columns, offsets, indices, values }
}

/**
 * The matrix of the given rows, in the given order; a row may be taken more than once.
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
    const start = matrix.offsets[rows[r]!]!
    const end = matrix.offsets[rows[r]! + 1]!
    indices.set(matrix.indices.subarray(start, end), offsets[r]!)
    values.set(matrix.values.subarray(start, end), offsets[r]!)
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

/** The transpose, in O(entries + rows + columns). */
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

/** Only the entries for which `keep` holds; the shape stays. */
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

/** How many entries row `row` stores. */
export function rowLength(matrix: CsrMatrix, row: number): number {
  return matrix.offsets[row + 1]! - matrix.offsets[row]!
}

/** How many entries each column stores. */
export function columnCounts(matrix: CsrMatrix): Int32Array {
  const counts = new Int32Array(matrix.columns)
  for (const column of matrix.indices) counts[column]!++
  return counts
}

function requireRow(matrix: CsrMatrix, row: number): void {
  if (!(row >= 0 && row < matrix.rows))
    throw new RangeError(`There is no row ${row} in a matrix of ${matrix.rows} rows`)
}

function requireDistinct(matrix: CsrMatrix): void {
  for (let r = 0; r < matrix.rows; r++)
    for (let n = matrix.offsets[r]! + 1; n < matrix.offsets[r + 1]!; n++)
      if (matrix.indices[n] === matrix.indices[n - 1])
        throw new RangeError(`Row ${r} has column ${matrix.indices[n]} twice`)
}
