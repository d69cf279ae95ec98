import type { CsrMatrix } from './csr-matrix.ts'

/**
 * The rows of both matrices, first those of `a`.
 *
 * @throws RangeError when the columns differ, naming them.
 */
export function stackRows(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  if (a.columns !== b.columns)
    throw new RangeError(`Cannot stack rows of ${a.columns} columns and rows of ${b.columns}`)
  const indices = new Int32Array(a.indices.length + b.indices.length)
  const values = new Float32Array(indices.length)
  indices.set(a.indices)
  indices.set(b.indices, a.indices.length)
  values.set(a.values)
  values.set(b.values, a.values.length)
  const offsets = new Int32Array(a.rows + b.rows + 1)
  offsets.set(a.offsets)
  for (let row = 1; row <= b.rows; row++) offsets[a.rows + row] = a.indices.length + b.offsets[row]!
  return { rows: a.rows + b.rows, columns: a.columns, offsets, indices, values }
}
