// Ridge regression of each item on all items in closed form.
import { invertPositiveDefinite } from '../compute/invert-positive-definite.ts'
import { requireMemory } from '../compute/require-memory.ts'
import { type CsrMatrix, columnCounts, rowOf } from '../interactions/csr/csr-matrix.ts'
import { positives, positivesAndDislikes, signs } from '../interactions/positives.ts'
import { createGramRows } from './gram-matrix.ts'
import type { SolveContext } from './model.ts'
import { type ContributionModel, requireColumns } from './scorer.ts'
import { sparseEaseBytes } from './sparse-ease/sparse-ease.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from './weights.ts'

export interface RidgeSettings {
  readonly positiveThreshold: number
  /** λ > 0, in users. */
  readonly regularization: number
  /** p, the share of the input that is dropped: 0 ≤ p < 1. */
  readonly dropout: number
  /** ξ, the upper limit of the diagonal of B: 0 for a diagonal of 0, 1 for no limit. */
  readonly relaxation: number
  /** β: a user with n positives has the weight n^−β. */
  readonly userExponent: number
  /** α: the weight from item i to item j is multiplied by (c_i / c_j)^α. */
  readonly itemExponent: number
}

/**
 * The items × items weights of ridge regression of each item on all items, for the positives X of `data`. With
 * G = Xᵀ diag(n_u^−β) X, c_j the number of positives of item j, γ_j = λ + p / (1 − p) c_j and C = (G + diag γ)⁻¹:
 *
 * B_ij = −C_ij m_j for i ≠ j, with m_j = (1 − ξ) / C_jj where the diagonal 1 − γ_j C_jj would exceed ξ, so that B_jj = ξ,
 * else m_j = γ_j. The weights are B_ij (c_i / c_j)^α.
 *
 * EASE: Steck, WWW 2019; p: Steck, NeurIPS 2020; ξ: Moon et al., SIGIR 2023; α and β: Park et al., SIGIR 2025.
 *
 * @throws RangeError when items × items numbers do not fit in memory
 */
export async function solveItemRegression(
  data: CsrMatrix,
  settings: RidgeSettings,
  context: Omit<SolveContext, 'random'> = {},
): Promise<Weights> {
  const { regularization, dropout, userExponent } = settings
  const items = data.columns
  requireMemory(
    1.3 * 4 * items ** 2,
    `A weight for each pair of ${items} items`,
    `use sparse-ease, which needs ${(sparseEaseBytes(items) / 1e9).toFixed(1)} GB and keeps a hundred weights for each item`,
  )
  const x = positives(data, settings.positiveThreshold)
  const counts = columnCounts(x)
  const gamma = Float64Array.from(counts, (count) => regularization + (dropout / (1 - dropout)) * count)
  const writeRow = createGramRows(userExponent === 0 ? x : weightUsers(x, userExponent))
  const matrix = new Float32Array(items ** 2)
  for (let item = 0; item < items; item++) {
    const row = matrix.subarray(item * items, item * items + item + 1)
    writeRow(item, row)
    row[item]! += gamma[item]!
  }
  await invertPositiveDefinite(matrix, items, context)
  inverseToWeights(matrix, gamma, counts, settings)
  return {
    weights: { shape: [items, items], values: matrix },
    positiveThreshold: scalarWeight(settings.positiveThreshold),
  }
}

/** X with rows multiplied by n^(−β/2), so that XᵀX weighs users by n^−β. */
function weightUsers(x: CsrMatrix, exponent: number): CsrMatrix {
  const weighted = { ...x, values: x.values.slice() }
  for (let user = 0; user < x.rows; user++) {
    const { values } = rowOf(weighted, user)
    values.fill(values.length ** (-exponent / 2))
  }
  return weighted
}

/** C to the weights, in place. */
function inverseToWeights(
  matrix: Float32Array,
  gamma: Float64Array,
  counts: ArrayLike<number>,
  { relaxation, itemExponent }: RidgeSettings,
): void {
  const items = gamma.length
  const diagonal = Float64Array.from(gamma, (_, item) => matrix[item * (items + 1)]!)
  const own = diagonal.map((c, item) => Math.min(1 - gamma[item]! * c, relaxation))
  const scale = Float64Array.from(counts, (count) => Math.max(count, 1) ** itemExponent)
  const factors = diagonal.map((c, item) => (1 - own[item]!) / (c * scale[item]!))
  for (let item = 0; item < items; item++) {
    const row = matrix.subarray(item * items, (item + 1) * items)
    for (let other = 0; other < items; other++) row[other]! *= -scale[item]! * factors[other]!
    row[item] = own[item]!
  }
}

/** Scores x B, where x is −1 for a dislike: a sum of one row of B for each item of a history. */
export function openItemRegression(weights: Weights): ContributionModel {
  const { shape, values } = requireWeight(weights, 'weights')
  const threshold = requireScalar(weights, 'positiveThreshold')
  const items = shape[0]!
  return {
    itemCount: items,
    async score(histories) {
      requireColumns(histories, items)
      const x = positivesAndDislikes(histories, threshold)
      const scores = new Float32Array(x.rows * items)
      for (let user = 0; user < x.rows; user++) {
        const userScores = scores.subarray(user * items, (user + 1) * items)
        const { indices, values: signs } = rowOf(x, user)
        for (let n = 0; n < indices.length; n++)
          add(values.subarray(indices[n]! * items, (indices[n]! + 1) * items), signs[n]!, userScores)
      }
      return scores
    },
    async contributions(history, item) {
      requireColumns(history, items)
      const { indices } = history
      return signs(history, threshold).map((sign, n) => sign * values[indices[n]! * items + item]!)
    },
    dispose() {},
  }
}

function add(row: Float32Array, sign: number, sums: Float32Array): void {
  for (let item = 0; item < sums.length; item++) sums[item]! += sign * row[item]!
}
