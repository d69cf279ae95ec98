import type { CsrMatrix } from './csr-matrix.ts'

/**
 * The entries of both matrices, which have the same shape and no entry in common.
 *
 * @throws RangeError when the shapes differ or an entry is in both, naming them.
 */
export function joinEntries(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  if (a.rows !== b.rows || a.columns !== b.columns)
    throw new RangeError(`Cannot join ${a.rows} × ${a.columns} with ${b.rows} × ${b.columns}`)
  const offsets = a.offsets.map((offset, row) => offset + b.offsets[row]!)
  const indices = new Int32Array(a.indices.length + b.indices.length)
  const values = new Float32Array(indices.length)
  for (let row = 0; row < a.rows; row++) {
    let fromA = a.offsets[row]!
    let fromB = b.offsets[row]!
    for (let to = offsets[row]!; to < offsets[row + 1]!; to++) {
      const columnA = fromA < a.offsets[row + 1]! ? a.indices[fromA]! : a.columns
      const columnB = fromB < b.offsets[row + 1]! ? b.indices[fromB]! : b.columns
      if (columnA === columnB) throw new RangeError(`Both matrices have an entry at (${row}, ${columnA})`)
      indices[to] = Math.min(columnA, columnB)
      values[to] = columnA < columnB ? a.values[fromA++]! : b.values[fromB++]!
    }
  }
  return { rows: a.rows, columns: a.columns, offsets, indices, values }
}
