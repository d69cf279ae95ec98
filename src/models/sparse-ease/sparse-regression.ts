// Ridge regression on few of many columns, chosen step by step.

/** Entries of a row of A before the diagonal, ascending, most similar ones kept. */
export interface SparseRow {
  readonly indices: Int32Array
  readonly values: Float32Array
}

export interface SparseSolution {
  /** The chosen columns. */
  readonly predictors: readonly number[]
  readonly coefficients: readonly number[]
  /** Of the residual, the ridge included. */
  readonly variance: number
}

/**
 * Regresses a column of a positive definite matrix A, of which `rows` has the rows before it, on at most `count` columns before
 * it. Candidates are the columns of the largest cosines; in each of four rounds, those enter whose product with the residual is
 * largest, relative to their norm: orthogonal matching pursuit (Pati, Rezaiifar and Krishnaprasad, Asilomar 1993).
 *
 * @param diagonal of A
 * @param ridge what the diagonal of A has in addition to that of a Gram matrix
 */
export function createSparseRegression(
  rows: readonly SparseRow[],
  diagonal: Float64Array,
  ridge: Float64Array,
  count: number,
): (row: SparseRow, column: number) => SparseSolution {
  const width = candidateCount(diagonal.length, count)
  const block = new Float64Array(width ** 2)
  const factor = new Float64Array(count ** 2) // L, lower triangle: A of the predictors is L Lᵀ
  const projected = new Float64Array(count) // L⁻¹ b
  const places = new Int32Array(diagonal.length).fill(-1)
  return ({ indices, values }, column) => {
    const chosen = largest(
      Float64Array.from(indices, (other, n) => values[n]! / Math.sqrt(diagonal[other]!)),
      width,
    )
    const candidates = chosen.map((n) => indices[n]!)
    const b = Float64Array.from(chosen, (n) => values[n]!)
    writeBlock(candidates)
    const selected: number[] = []
    const residual = b.slice()
    let variance = diagonal[column]!
    let coefficients: number[] = []
    for (let round = 1; round <= rounds && selected.length < candidates.length; round++) {
      const keys = Float64Array.from(
        residual,
        (value, n) => Math.abs(value) / Math.sqrt(diagonal[candidates[n]!]!),
      )
      for (const n of selected) keys[n] = 0
      for (const n of largest(keys, Math.ceil((count * round) / rounds) - selected.length))
        if (keys[n]! > 0 && append(n, selected, candidates, b))
          variance -= projected[selected.length - 1]! ** 2
      coefficients = solve(selected.length)
      if (round < rounds) writeResidual(residual, b, selected, coefficients)
    }
    return {
      predictors: selected.map((n) => candidates[n]!),
      coefficients,
      // rounding, and entries that are missing in A, may leave less than there is
      variance: Math.max(variance, ridge[column]!),
    }
  }

  /** A of the candidates, from the entries before the diagonal that `rows` has. */
  function writeBlock(candidates: Int32Array): void {
    candidates.forEach((candidate, n) => {
      places[candidate] = n
    })
    for (let n = 0; n < candidates.length; n++) {
      block.fill(0, n * width, n * width + candidates.length)
      block[n * (width + 1)] = diagonal[candidates[n]!]!
    }
    for (let n = 0; n < candidates.length; n++) {
      const { indices, values } = rows[candidates[n]!]!
      for (let m = 0; m < indices.length; m++) {
        const place = places[indices[m]!]!
        if (place < 0) continue
        block[n * width + place] = values[m]!
        block[place * width + n] = values[m]!
      }
    }
    for (const candidate of candidates) places[candidate] = -1
  }

  /** Adds a predictor to L and L⁻¹ b; false if the entries that are missing in A leave it no variance of its own. */
  function append(n: number, selected: number[], candidates: Int32Array, b: Float64Array): boolean {
    const size = selected.length
    const row = factor.subarray(size * count, size * count + size + 1)
    let pivot = diagonal[candidates[n]!]!
    let rest = b[n]!
    for (let s = 0; s < size; s++) {
      const earlier = factor.subarray(s * count, s * count + s + 1)
      let value = block[selected[s]! * width + n]!
      for (let t = 0; t < s; t++) value -= earlier[t]! * row[t]!
      value /= earlier[s]!
      row[s] = value
      pivot -= value * value
      rest -= value * projected[s]!
    }
    if (pivot < ridge[candidates[n]!]! / 2) return false
    row[size] = Math.sqrt(pivot)
    projected[size] = rest / row[size]!
    selected.push(n)
    return true
  }

  /** What the predictors leave of b. */
  function writeResidual(
    residual: Float64Array,
    b: Float64Array,
    selected: readonly number[],
    coefficients: readonly number[],
  ): void {
    residual.set(b)
    for (let s = 0; s < selected.length; s++) {
      const start = selected[s]! * width
      const coefficient = coefficients[s]!
      for (let n = 0; n < residual.length; n++) residual[n]! -= coefficient * block[start + n]!
    }
  }

  /** L⁻ᵀ L⁻¹ b of the first `size` predictors. */
  function solve(size: number): number[] {
    const solution = Array.from(projected.subarray(0, size))
    for (let s = size - 1; s >= 0; s--) {
      solution[s]! /= factor[s * count + s]!
      for (let t = 0; t < s; t++) solution[t]! -= factor[s * count + t]! * solution[s]!
    }
    return solution
  }
}

/** Bytes of the matrices of a regression. */
export function sparseRegressionBytes(columns: number, count: number): number {
  return 8 * (candidateCount(columns, count) ** 2 + count ** 2)
}

function candidateCount(columns: number, count: number): number {
  return Math.min(candidatesPerPredictor * count, columns)
}

const candidatesPerPredictor = 3
const rounds = 4

/** The positions of the largest values, ascending; all if there are no more than `count`. */
function largest(values: Float64Array, count: number): Int32Array {
  const positions = Int32Array.from(values.keys())
  if (count >= values.length) return positions
  const bound = values.slice().sort()[values.length - count]!
  // of equal values those that come first
  let equal = count - positions.filter((n) => values[n]! > bound).length
  return positions.filter((n) => values[n]! > bound || (values[n] === bound && equal-- > 0))
}
