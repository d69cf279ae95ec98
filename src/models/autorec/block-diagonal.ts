import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'

/** The block diagonal matrix of A and B, with empty rows after the shorter one. */
export function blockDiagonal(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  const rows = Math.max(a.rows, b.rows)
  const size = a.values.length
  const offsets = new Int32Array(2 * rows + 1).fill(size)
  offsets.set(a.offsets)
  offsets.set(
    b.offsets.map((offset) => offset + size),
    rows,
  )
  offsets.fill(size + b.values.length, rows + b.rows)
  return {
    rows: 2 * rows,
    columns: a.columns + b.columns,
    offsets,
    indices: joined(
      Int32Array,
      a.indices,
      b.indices.map((column) => column + a.columns),
    ),
    values: joined(Float32Array, a.values, b.values),
  }
}

function joined<T extends Int32Array | Float32Array>(type: new (length: number) => T, a: T, b: T): T {
  const both = new type(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
