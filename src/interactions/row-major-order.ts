import type { Entries } from './csr-matrix.ts'

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
