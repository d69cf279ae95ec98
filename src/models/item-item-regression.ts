// The closed form that EASE and EDLAE share: ridge regression of each item on all others.
import { invertPositiveDefinite } from '../compute/invert-positive-definite.ts'
import { requireMemory } from '../compute/require-memory.ts'
import { type CsrMatrix, rowOf } from '../interactions/csr/csr-matrix.ts'
import { positives, positivesAndDislikes, positiveThresholdOf } from '../interactions/positives.ts'
import { createGramRows } from './gram-matrix.ts'
import { requireColumns, type Scorer } from './scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from './weights.ts'

/**
 * The items × items matrix B with min_B ‖X − XB‖²_F + Σ_i Λ_i ‖B_i·‖², diag B = 0, for the positives X of `data`:
 * P = (XᵀX + diag Λ)⁻¹, B_ij = −P_ij / P_jj (Steck 2019, "Embarrassingly shallow autoencoders for sparse data",
 * equations 7 and 8; with an unequal Λ, Steck 2020).
 *
 * @param penalty Λ_i of an item with `count` positives
 * @throws RangeError when items × items numbers do not fit in memory.
 */
export async function solveItemRegression(
  data: CsrMatrix,
  positiveThreshold: number,
  penalty: (count: number) => number,
): Promise<Weights> {
  const items = data.columns
  requireMemory(
    // once to compute, once more to write the artifact
    2 * 4 * items ** 2,
    `A weight for each pair of ${items} items`,
    'leave out rare items, or use item-knn or ials, which need a few hundred numbers per item',
  )
  const threshold = positiveThresholdOf(data, positiveThreshold)
  const writeRow = createGramRows(positives(data, threshold))
  const matrix = new Float32Array(items ** 2)
  for (let item = 0; item < items; item++) {
    const row = matrix.subarray(item * items, item * items + item + 1)
    writeRow(item, row)
    row[item]! += penalty(row[item]!)
  }
  await invertPositiveDefinite(matrix, items)
  divideByDiagonal(matrix, items)
  return {
    weights: { shape: [items, items], values: matrix },
    positiveThreshold: scalarWeight(threshold),
  }
}

/** Scores x B, where x is −1 for a dislike: a sum of one row of B for each item of a history. */
export function openItemRegression(weights: Weights): Scorer {
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
    dispose() {},
  }
}

/** P to B: divides each column by its negated diagonal element, and sets the diagonal to 0. */
function divideByDiagonal(matrix: Float32Array, size: number): void {
  const diagonal = Float32Array.from({ length: size }, (_, item) => matrix[item * size + item]!)
  for (let item = 0; item < size; item++) {
    const row = matrix.subarray(item * size, (item + 1) * size)
    for (let other = 0; other < size; other++) row[other]! /= -diagonal[other]!
    row[item] = 0
  }
}

function add(row: Float32Array, sign: number, sums: Float32Array): void {
  for (let item = 0; item < sums.length; item++) sums[item]! += sign * row[item]!
}
