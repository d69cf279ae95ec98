// EASE for catalogs whose items × items weights do not fit in memory, after SANSA: Spišák, Bartyzal, Hoskovec, Peska and Tůma,
// "Scalable approximate nonsymmetric autoencoder for collaborative filtering", RecSys 2023.
import { z } from 'zod'
import { requireMemory } from '../../compute/require-memory.ts'
import { addRow } from '../../interactions/csr/add-row.ts'
import { type CsrMatrix, columnCounts, rowLength, rowOf } from '../../interactions/csr/csr-matrix.ts'
import { transpose } from '../../interactions/csr/transpose.ts'
import { positives, positivesAndDislikes, signs } from '../../interactions/positives.ts'
import { defineModel } from '../define-model.ts'
import { positiveThreshold, searchRanges } from '../hyperparameters.ts'
import type { SolveContext } from '../model.ts'
import { type ContributionModel, requireColumns } from '../scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from '../weights.ts'
import { factorizeInverse, sparseInverseBytes } from './sparse-inverse.ts'

const hyperparameters = z.strictObject({
  positiveThreshold,
  regularization: z
    .number()
    .positive()
    .default(700)
    .describe('λ, in users')
    .register(searchRanges, { from: 10, to: 5000, scale: 'log' }),
  dropout: z.number().min(0).lt(1).default(0).describe('p, the share of the input that is dropped'),
  density: z
    .number()
    .gt(0)
    .max(1)
    .default(0.01)
    .describe('Weights to keep, as a share of one for each pair of items'),
})

type SparseEaseHyperparameters = z.infer<typeof hyperparameters>

/**
 * Scores x B with B = I − C diag(1 / diag C), as EASE and, with dropout, EDLAE have it for C = (XᵀX + diag γ)⁻¹. C is VᵀV with
 * a sparse V, so that only V is stored: a score is a sum of rows of V.
 */
export const sparseEase = defineModel({
  kind: 'direct',
  name: 'sparse-ease',
  hyperparameters,
  mainHyperparameters: ['regularization'],
  defaults: ({ columns }: CsrMatrix) => ({ density: densityFor(columns) }),
  solve,
  open,
})

/** The default density: a hundred weights for each item. */
function densityFor(items: number): number {
  return Math.min(1, 100 / items)
}

/** Bytes that a training needs. */
export function sparseEaseBytes(items: number, density = densityFor(items)): number {
  return sparseInverseBytes(items, weightsPerItem(items, density))
}

function weightsPerItem(items: number, density: number): number {
  return Math.max(1, Math.round(density * items))
}

/** V: `counts` has the number of entries of each row, `indices` and `values` the entries. */
async function solve(
  data: CsrMatrix,
  { positiveThreshold, regularization, dropout, density }: SparseEaseHyperparameters,
  context: SolveContext,
): Promise<Weights> {
  const items = data.columns
  const count = weightsPerItem(items, density)
  requireMemory(
    sparseInverseBytes(items, count),
    `sparse-ease with ${count} weights for each of ${items} items`,
    'set a smaller density, or use item-knn or ials',
  )
  const x = positives(data, positiveThreshold)
  const gamma = Float64Array.from(
    columnCounts(x),
    (users) => regularization + (dropout / (1 - dropout)) * users,
  )
  const V = await factorizeInverse(x, gamma, count, context)
  return {
    counts: vector(Float32Array.from({ length: items }, (_, item) => rowLength(V, item))),
    indices: vector(Float32Array.from(V.indices)),
    values: vector(V.values),
    positiveThreshold: scalarWeight(positiveThreshold),
  }
}

function open(weights: Weights): ContributionModel {
  const threshold = requireScalar(weights, 'positiveThreshold')
  const V = readFactor(weights)
  const columns = transpose(V)
  const items = V.rows
  /** diag C */
  const diagonal = Float64Array.from({ length: items }, (_, item) =>
    rowOf(columns, item).values.reduce((sum, value) => sum + value * value, 0),
  )
  return {
    itemCount: items,
    async score(histories) {
      requireColumns(histories, items)
      const x = positivesAndDislikes(histories, threshold)
      const scores = new Float32Array(x.rows * items)
      const code = new Float32Array(items)
      for (let user = 0; user < x.rows; user++) {
        const userScores = scores.subarray(user * items, (user + 1) * items)
        const { indices, values: signs } = rowOf(x, user)
        code.fill(0)
        for (let n = 0; n < indices.length; n++) addRow(columns, indices[n]!, signs[n]!, code)
        for (let row = 0; row < items; row++) if (code[row] !== 0) addRow(V, row, -code[row]!, userScores)
        for (let item = 0; item < items; item++) userScores[item]! /= diagonal[item]!
        // B has a diagonal of 0
        for (let n = 0; n < indices.length; n++) userScores[indices[n]!]! += signs[n]!
      }
      return scores
    },
    async contributions(history, item) {
      requireColumns(history, items)
      const { indices } = history
      return signs(history, threshold).map((sign, n) =>
        indices[n] === item ? 0 : (-sign * dotOfRows(columns, indices[n]!, item)) / diagonal[item]!,
      )
    },
    dispose() {},
  }
}

function readFactor(weights: Weights): CsrMatrix {
  const counts = requireWeight(weights, 'counts').values
  const offsets = new Int32Array(counts.length + 1)
  counts.forEach((count, row) => {
    offsets[row + 1] = offsets[row]! + count
  })
  const indices = Int32Array.from(requireWeight(weights, 'indices').values)
  const { values } = requireWeight(weights, 'values')
  return { rows: counts.length, columns: counts.length, offsets, indices, values }
}

/** The inner product of two rows. */
function dotOfRows(matrix: CsrMatrix, a: number, b: number): number {
  const [left, right] = [rowOf(matrix, a), rowOf(matrix, b)]
  let sum = 0
  for (let n = 0, m = 0; n < left.indices.length && m < right.indices.length; ) {
    const order = left.indices[n]! - right.indices[m]!
    if (order === 0) sum += left.values[n]! * right.values[m]!
    if (order <= 0) n++
    if (order >= 0) m++
  }
  return sum
}

function vector(values: Float32Array): Weights[string] {
  return { shape: [values.length], values }
}
