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
  const { positions, offsets } = rowMajorOrder(rows, columns, entries)
  const indices = new Int32Array(positions.length)
  const values = new Float32Array(positions.length)
  for (let n = 0; n < positions.length; n++) {
    indices[n] = entries.column[positions[n]!]!
    values[n] = entries.values[positions[n]!]!
  }
  const matrix = { rows, columns, offsets, indices, values }
  requireDistinct(matrix)
  return matrix
}

/** Entries by row and, within a row, by column; those of one cell in their order. */
export interface RowMajorOrder {
  readonly positions: Int32Array
  /** rows + 1 places in `positions`: row r has those from `offsets[r]` to `offsets[r + 1]`. */
  readonly offsets: Int32Array
}

/**
 * Two counting sorts: by row, and then the rows by column, some at a time, so that their entries are in the processor's
 * cache.
 *
 * @throws RangeError when the arrays differ in length or an entry lies outside the shape, naming it.
 */
export function rowMajorOrder(rows: number, columns: number, entries: Entries): RowMajorOrder {
  const { row, column } = entries
  const offsets = countRows(rows, columns, entries)
  const next = offsets.slice(0, rows)
  const positions = new Int32Array(row.length)
  for (let n = 0; n < row.length; n++) positions[next[row[n]!]!++] = n
  sortByColumn({ positions, offsets }, column, columns)
  return { positions, offsets }
}

/** Sorts the positions of each row, which keep the order of those of equal columns. */
function sortByColumn(order: RowMajorOrder, column: Int32Array, columns: number): void {
  const { offsets } = order
  const rows = offsets.length - 1
  const groupSize = Math.max(columns, minGroupSize)
  // shared by the groups, since large new arrays bring the next garbage collection closer
  let scratch: Scratch | undefined
  for (let first = 0, last = 0; first < rows; first = last) {
    do last++
    while (last < rows && offsets[last + 1]! - offsets[first]! <= groupSize)
    if (isSorted(order, first, last, column)) continue
    const length = offsets[last]! - offsets[first]!
    if (scratch === undefined || scratch.group.length < length)
      scratch = createScratch(Math.max(length, Math.min(groupSize, column.length)), columns)
    sortGroup(order, first, last, column, scratch)
  }
}

const minGroupSize = 1 << 15

/** The offsets of the rows. */
function countRows(rows: number, columns: number, { row, column, values }: Entries): Int32Array {
  if (row.length !== values.length || column.length !== values.length)
    throw new RangeError(
      `Entries need one row, column and value each, got ${row.length}, ${column.length} and ${values.length}`,
    )
  const offsets = new Int32Array(rows + 1)
  for (let n = 0; n < row.length; n++) {
    if (row[n]! >>> 0 >= rows || column[n]! >>> 0 >= columns)
      throw new RangeError(`Entry ${n} at (${row[n]}, ${column[n]}) lies outside ${rows} × ${columns}`)
    offsets[row[n]! + 1]!++
  }
  for (let r = 0; r < rows; r++) offsets[r + 1]! += offsets[r]!
  return offsets
}

function isSorted(
  { positions, offsets }: RowMajorOrder,
  first: number,
  last: number,
  column: Int32Array,
): boolean {
  for (let r = first; r < last; r++)
    for (let n = offsets[r]! + 1; n < offsets[r + 1]!; n++)
      if (column[positions[n]!]! < column[positions[n - 1]!]!) return false
  return true
}

interface Scratch {
  readonly group: Int32Array
  readonly columnOf: Int32Array
  readonly rowOf: Int32Array
  readonly byColumn: Int32Array
  /** columns + 1 */
  readonly next: Int32Array
}

function createScratch(length: number, columns: number): Scratch {
  return {
    group: new Int32Array(length),
    columnOf: new Int32Array(length),
    rowOf: new Int32Array(length),
    byColumn: new Int32Array(length),
    next: new Int32Array(columns + 1),
  }
}

/** Sorts the rows from `first` to `last`, which is not included. */
function sortGroup(
  { positions, offsets }: RowMajorOrder,
  first: number,
  last: number,
  column: Int32Array,
  { group, columnOf, rowOf, byColumn, next }: Scratch,
): void {
  const start = offsets[first]!
  const length = offsets[last]! - start
  group.set(positions.subarray(start, start + length))
  next.fill(0)
  for (let r = first, n = 0; r < last; r++)
    for (const end = offsets[r + 1]! - start; n < end; n++) {
      const c = column[group[n]!]!
      columnOf[n] = c
      rowOf[n] = r - first
      next[c + 1]!++
    }
  for (let c = 1; c < next.length; c++) next[c]! += next[c - 1]!
  for (let n = 0; n < length; n++) byColumn[next[columnOf[n]!]!++] = n
  const nextOfRow = offsets.slice(first, last)
  for (let n = 0; n < length; n++) {
    const place = byColumn[n]!
    positions[nextOfRow[rowOf[place]!]!++] = group[place]!
  }
}

function requireDistinct({ rows, offsets, indices }: CsrMatrix): void {
  for (let r = 0; r < rows; r++)
    for (let n = offsets[r]! + 1; n < offsets[r + 1]!; n++)
      if (indices[n] === indices[n - 1]) throw new RangeError(`Row ${r} has column ${indices[n]} twice`)
}
