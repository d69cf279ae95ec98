import type { CsrMatrix } from './csr-matrix.ts'

/** Coordinates of entries in any order: entry n is `values[n]` at (`row[n]`, `column[n]`). */
export interface Entries {
  readonly row: Int32Array
  readonly column: Int32Array
  readonly values: Float32Array
}

/**
 * Sorts entries by row and column, in O(entries + rows + columns).
 *
 * @throws RangeError when an entry lies outside the shape or a pair occurs twice, naming it.
 */
export function csrFromEntries(rows: number, columns: number, entries: Entries): CsrMatrix {
  const matrix = csrInOrder(rows, columns, entries, rowMajorOrder(rows, columns, entries))
  requireDistinct(matrix)
  return matrix
}

/** The matrix of the entries at `positions`, which are sorted by row and, within a row, by column. */
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
 * The positions of entries by row and, within a row, by column; entries of one cell keep their order. A counting sort
 * by row, which reads and writes in order where the entries of a row are together, and then a sort of each row.
 *
 * @throws RangeError when the arrays differ in length or an entry lies outside the shape, naming it.
 */
export function rowMajorOrder(rows: number, columns: number, entries: Entries): Int32Array {
  requireInside(rows, columns, entries)
  const { order, ends } = sortByRow(entries.row, rows)
  let start = 0
  for (const end of ends) {
    sortByColumn(order.subarray(start, end), entries.column, columns)
    start = end
  }
  return order
}

/** Positions in ascending order of their rows, those of a row in their order, and where each row ends. */
function sortByRow(row: Int32Array, rows: number): { order: Int32Array; ends: Int32Array } {
  const next = new Int32Array(rows + 1)
  for (let n = 0; n < row.length; n++) next[row[n]! + 1]!++
  for (let r = 0; r < rows; r++) next[r + 1]! += next[r]!
  const order = new Int32Array(row.length)
  for (let n = 0; n < row.length; n++) order[next[row[n]!]!++] = n
  return { order, ends: next.subarray(0, rows) }
}

/** Sorts the positions of a row in place; positions of equal columns keep their order. */
function sortByColumn(positions: Int32Array, column: Int32Array, columns: number): void {
  const { length } = positions
  let isSorted = true
  for (let n = 1; n < length && isSorted; n++) isSorted = column[positions[n - 1]!]! <= column[positions[n]!]!
  if (isSorted) return
  if (columns * length > Number.MAX_SAFE_INTEGER) {
    positions.sort((a, b) => column[a]! - column[b]! || a - b)
    return
  }
  // a column and a place in one whole number, since sorting numbers is faster than comparing by a function
  const keys = new Float64Array(length)
  for (let n = 0; n < length; n++) keys[n] = column[positions[n]!]! * length + n
  keys.sort()
  const unsorted = positions.slice()
  for (let n = 0; n < length; n++) {
    const key = keys[n]!
    positions[n] = unsorted[key - Math.floor(key / length) * length]!
  }
}

function requireInside(rows: number, columns: number, { row, column, values }: Entries): void {
  if (row.length !== values.length || column.length !== values.length)
    throw new RangeError(
      `Entries need one row, column and value each, got ${row.length}, ${column.length} and ${values.length}`,
    )
  for (let n = 0; n < values.length; n++)
    if (row[n]! >>> 0 >= rows || column[n]! >>> 0 >= columns)
      throw new RangeError(`Entry ${n} at (${row[n]}, ${column[n]}) lies outside ${rows} × ${columns}`)
}

function requireDistinct({ rows, offsets, indices }: CsrMatrix): void {
  for (let r = 0; r < rows; r++)
    for (let n = offsets[r]! + 1; n < offsets[r + 1]!; n++)
      if (indices[n] === indices[n - 1]) throw new RangeError(`Row ${r} has column ${indices[n]} twice`)
}
