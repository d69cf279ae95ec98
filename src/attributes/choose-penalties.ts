// The penalties of a ridge regression with one λ for each group of features.
import { setImmediate } from 'node:timers/promises'

export interface RidgeProblem {
  /** The number of observations of each response. */
  readonly rows: number
  /** The number of features. */
  readonly size: number
  /** size × size: XᵀX for centered features X. */
  readonly gram: Float64Array
  /** size × size: XᵀY YᵀX for centered responses Y. */
  readonly responses: Float64Array
  /** ‖Y‖² */
  readonly total: number
  /** The number of features of each group, in their order. */
  readonly groups: readonly number[]
}

/**
 * λ of each group, infinite for one that predicts nothing: the minimum of generalized cross-validation, rows · ‖Y − HY‖² /
 * (rows − γ (1 + tr H))², for all responses together (Golub, Heath and Wahba, Technometrics 1979). γ = 1.4 keeps groups out that fit
 * noise (Kim and Gu, JRSS B 2004). It is searched on a grid, first with the same λ for all groups, then one group after another.
 */
export async function choosePenalties(problem: RidgeProblem): Promise<number[]> {
  const choiceOf = async (penalties: number[]): Promise<Choice> => {
    await setImmediate() // with hundreds of features all choices together take seconds
    return { penalties, score: generalizedCrossValidation(problem, penalties) }
  }
  let best = await choiceOf(problem.groups.map(() => grid[0]!))
  for (const penalty of grid.slice(1)) best = better(best, await choiceOf(problem.groups.map(() => penalty)))
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    const before = best
    for (const group of problem.groups.keys())
      for (const penalty of grid)
        if (penalty !== best.penalties[group])
          best = better(best, await choiceOf(best.penalties.with(group, penalty)))
    if (best === before) break
  }
  return best.penalties
}

/** In items: a category of as many items is shrunk by half. The largest come first, which win where scores are equal. */
const grid = [Number.POSITIVE_INFINITY, 3000, 1000, 300, 100, 30, 10, 3, 1]
const maxSweeps = 3

interface Choice {
  readonly penalties: number[]
  readonly score: number
}

function better(a: Choice, b: Choice): Choice {
  return b.score < a.score ? b : a
}

const gamma = 1.4

/** See `choosePenalties`; smaller is better. */
export function generalizedCrossValidation(
  { rows, size, gram, responses, total, groups }: RidgeProblem,
  penalties: readonly number[],
): number {
  const lambda = groups.flatMap((count, group) => Array.from({ length: count }, () => penalties[group]!))
  const kept = Array.from(lambda.keys()).filter((feature) => Number.isFinite(lambda[feature]))
  const part = (matrix: Float64Array) => submatrix(matrix, size, kept)
  const K = part(gram)
  const C = part(responses)
  const M = invertWithPenalties(
    K,
    kept.map((feature) => lambda[feature]!),
  )
  const MK = product(M, K, kept.length)
  const MC = product(M, C, kept.length)
  const residual = total - 2 * trace(MC, kept.length) + traceOfProduct(MC, MK, kept.length)
  const freedom = rows - gamma * (1 + trace(MK, kept.length))
  return freedom > 0 ? (rows * residual) / freedom ** 2 : Number.POSITIVE_INFINITY
}

/** (K + diag λ)⁻¹ by Cholesky decomposition; λ > 0 makes it positive definite. */
export function invertWithPenalties(gram: Float64Array, lambda: readonly number[]): Float64Array {
  const size = lambda.length
  const L = gram.slice()
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = gram[row * size + column]! + (row === column ? lambda[row]! : 0)
      for (let n = 0; n < column; n++) sum -= L[row * size + n]! * L[column * size + n]!
      L[row * size + column] = row === column ? Math.sqrt(sum) : sum / L[column * size + column]!
    }
  }
  const inverse = new Float64Array(size * size)
  const column = new Float64Array(size)
  for (let unit = 0; unit < size; unit++) {
    for (let row = unit; row < size; row++) {
      let sum = row === unit ? 1 : 0
      for (let n = unit; n < row; n++) sum -= L[row * size + n]! * column[n]!
      column[row] = sum / L[row * size + row]!
    }
    for (let row = size - 1; row >= unit; row--) {
      let sum = column[row]!
      for (let n = row + 1; n < size; n++) sum -= L[n * size + row]! * column[n]!
      column[row] = sum / L[row * size + row]!
      inverse[row * size + unit] = column[row]!
      inverse[unit * size + row] = column[row]!
    }
  }
  return inverse
}

function submatrix(matrix: Float64Array, size: number, kept: readonly number[]): Float64Array {
  const part = new Float64Array(kept.length ** 2)
  for (const [row, from] of kept.entries())
    for (const [column, other] of kept.entries())
      part[row * kept.length + column] = matrix[from * size + other]!
  return part
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size)
  for (let row = 0; row < size; row++)
    for (let n = 0; n < size; n++) {
      const factor = a[row * size + n]!
      for (let column = 0; column < size; column++)
        result[row * size + column]! += factor * b[n * size + column]!
    }
  return result
}

function trace(matrix: Float64Array, size: number): number {
  let sum = 0
  for (let n = 0; n < size; n++) sum += matrix[n * (size + 1)]!
  return sum
}

function traceOfProduct(a: Float64Array, b: Float64Array, size: number): number {
  let sum = 0
  for (let row = 0; row < size; row++)
    for (let n = 0; n < size; n++) sum += a[row * size + n]! * b[n * size + row]!
  return sum
}
