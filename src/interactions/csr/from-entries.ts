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
 * The positions of entries by row and, within a row, by column; entries of one cell keep their order. Two
 * stable counting sorts, in O(entries + rows + columns).
 *
 * @throws RangeError when the arrays differ in length or an entry lies outside the shape, naming it.
 */
export function rowMajorOrder(rows: number, columns: number, entries: Entries): Int32Array {
  requireInside(rows, columns, entries)
  const byColumn = sortByKey(entries.column, columns, undefined)
  return sortByKey(entries.row, rows, byColumn)
}

/** Positions in ascending order of their keys; positions of equal keys stay in the order of `previous`. */
function sortByKey(keys: Int32Array, bound: number, previous: Int32Array | undefined): Int32Array {
  const next = new Int32Array(bound + 1)
  for (let n = 0; n < keys.length; n++) next[keys[n]! + 1]!++
  for (let key = 0; key < bound; key++) next[key + 1]! += next[key]!
  const order = new Int32Array(keys.length)
  for (let n = 0; n < keys.length; n++) {
    const position = previous === undefined ? n : previous[n]!
    order[next[keys[position]!]!++] = position
  }
  return order
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
