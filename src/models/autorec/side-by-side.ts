// Two sparse matrices as one, where training takes one.
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../../interactions/csr/select.ts'

/** [A | B], the shorter of the two continued by empty rows. */
export function besideEachOther(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  const rows = Math.max(a.rows, b.rows)
  const offsets = new Int32Array(rows + 1)
  const indices = new Int32Array(a.indices.length + b.indices.length)
  const values = new Float32Array(indices.length)
  let size = 0
  for (let row = 0; row < rows; row++) {
    for (const [matrix, shift] of [[a, 0] as const, [b, a.columns] as const]) {
      if (row >= matrix.rows) continue
      for (let n = matrix.offsets[row]!; n < matrix.offsets[row + 1]!; n++) {
        indices[size] = matrix.indices[n]! + shift
        values[size++] = matrix.values[n]!
      }
    }
    offsets[row + 1] = size
  }
  return { rows, columns: a.columns + b.columns, offsets, indices, values }
}

/** A and B of [A | B], where A has `columns` columns. */
export function columnsApart(matrix: CsrMatrix, columns: number): readonly [CsrMatrix, CsrMatrix] {
  const left = filterEntries(matrix, (_row, column) => column < columns)
  const right = filterEntries(matrix, (_row, column) => column >= columns)
  return [
    { ...left, columns },
    {
      ...right,
      columns: matrix.columns - columns,
      indices: right.indices.map((column) => column - columns),
    },
  ]
}

/** The rows of A, then those of B, in columns of their own. */
export function blockDiagonal(a: CsrMatrix, b: CsrMatrix): CsrMatrix {
  const size = a.values.length
  return {
    rows: a.rows + b.rows,
    columns: a.columns + b.columns,
    offsets: joined(
      Int32Array,
      a.offsets,
      b.offsets.subarray(1).map((offset) => offset + size),
    ),
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
