// What the operations must give, in double precision and plain loops, and gradients by finite differences.
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import type { Random } from '../../src/random/random.ts'

export type Matrix = readonly (readonly number[])[]

export function randomSparse(rows: number, columns: number, density: number, random: Random): CsrMatrix {
  const offsets = [0]
  const indices: number[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) if (random.uniform() < density) indices.push(column)
    offsets.push(indices.length)
  }
  const values = Float32Array.from(indices, () => 1 + random.integer(5))
  return { rows, columns, offsets: Int32Array.from(offsets), indices: Int32Array.from(indices), values }
}

export function randomValues(size: number, random: Random): Float32Array {
  return Float32Array.from({ length: size }, () => random.normal())
}

export function toDense(matrix: CsrMatrix): Matrix {
  const dense = Array.from({ length: matrix.rows }, () => new Array<number>(matrix.columns).fill(0))
  forEachEntry(matrix, (row, column, n) => {
    dense[row]![column] = matrix.values[n]!
  })
  return dense
}

export function forEachEntry(
  matrix: CsrMatrix,
  visit: (row: number, column: number, n: number) => void,
): void {
  for (let row = 0; row < matrix.rows; row++)
    for (let n = matrix.offsets[row]!; n < matrix.offsets[row + 1]!; n++) visit(row, matrix.indices[n]!, n)
}

/** Row-major values as rows. */
export function toRows(values: ArrayLike<number>, columns: number): Matrix {
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from({ length: columns }, (_, column) => values[row * columns + column]!),
  )
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) =>
    b[0]!.map((_, column) => row.reduce((sum, value, inner) => sum + value * b[inner]![column]!, 0)),
  )
}

export function transposeRows(a: Matrix): Matrix {
  return a[0]!.map((_, column) => a.map((row) => row[column]!))
}

export function multinomialNllOfRow(logits: readonly number[], counts: readonly number[]): number {
  const top = Math.max(...logits)
  const logNormalizer = top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0))
  return counts.reduce((sum, count, item) => sum - count * (logits[item]! - logNormalizer), 0)
}

/** ∂f at `at`, by central differences in double precision. */
export function finiteDifferences(
  f: (at: Float64Array) => number,
  at: ArrayLike<number>,
  step = 1e-5,
): number[] {
  return Array.from(at, (_, n) => {
    const shifted = (by: number) => f(Float64Array.from(at, (value, m) => (m === n ? value + by : value)))
    return (shifted(step) - shifted(-step)) / (2 * step)
  })
}

/** The largest distance between two lists of numbers, relative to the largest of the second (or to 1). */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let [error, size] = [0, 1]
  for (let n = 0; n < expected.length; n++) {
    const distance = Math.abs(actual[n]! - expected[n]!)
    if (!(distance <= error)) error = distance
    size = Math.max(size, Math.abs(expected[n]!))
  }
  return error / size
}
