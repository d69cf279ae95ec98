/** Compressed sparse rows; within a row the columns ascend and are distinct. */
export interface CsrMatrix {
  readonly rows: number
  readonly columns: number
  /** rows + 1 positions into `indices` and `values`: row r has the entries from `offsets[r]` to `offsets[r + 1]`. */
  readonly offsets: Int32Array
  /** Column of each stored entry. */
  readonly indices: Int32Array
  /** Value of each stored entry; a stored zero is an entry. */
  readonly values: Float32Array
}

/** The entries of one row, sharing the memory of the matrix. */
export interface CsrRow {
  /** Ascending columns. */
  readonly indices: Int32Array
  readonly values: Float32Array
}

/**
 * The entries of row `row`. The two views cost about 0.1 µs a row: a loop over all entries of a large matrix reads
 * `offsets` itself.
 */
export function rowOf(matrix: CsrMatrix, row: number): CsrRow {
  const start = matrix.offsets[row]
  const end = matrix.offsets[row + 1]
  return { indices: matrix.indices.subarray(start, end), values: matrix.values.subarray(start, end) }
}

/** The columns of the entries of row `row`, sharing the memory of the matrix. */
export function rowIndices(matrix: CsrMatrix, row: number): Int32Array {
  return matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1])
}

/** The number of entries that row `row` stores. */
export function rowLength(matrix: CsrMatrix, row: number): number {
  return matrix.offsets[row + 1]! - matrix.offsets[row]!
}

/** The row of each stored entry. */
export function entryRows({ rows, offsets, indices }: CsrMatrix): Int32Array {
  const entries = new Int32Array(indices.length)
  for (let row = 0; row < rows; row++) entries.fill(row, offsets[row], offsets[row + 1])
  return entries
}

/** The number of entries that each column stores. */
export function columnCounts(matrix: CsrMatrix): Int32Array {
  const counts = new Int32Array(matrix.columns)
  for (const column of matrix.indices) counts[column]!++
  return counts
}
