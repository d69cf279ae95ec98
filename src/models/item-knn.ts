// Item-based nearest neighbors: Sarwar, Karypis, Konstan and Riedl, "Item-based collaborative filtering recommendation
// algorithms", WWW 2001, on positive interactions.
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { topItems } from '../compute/top-items.ts'
import { addRow } from '../interactions/csr/add-row.ts'
import { type CsrMatrix, columnCounts, rowOf } from '../interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../interactions/csr/from-entries.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { positives, positivesAndDislikes, signs } from '../interactions/positives.ts'
import { defineModel } from './define-model.ts'
import { createGramRows } from './gram-matrix.ts'
import { positiveThreshold, searchRanges } from './hyperparameters.ts'
import type { SolveContext } from './model.ts'
import { type ContributionModel, requireColumns } from './scorer.ts'
import { requireScalar, requireWeight, scalarWeight, type Weights } from './weights.ts'

const hyperparameters = z.strictObject({
  positiveThreshold,
  neighbors: z
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe('Number of neighbors kept per item')
    .register(searchRanges, { from: 20, to: 1000, scale: 'log' }),
  shrinkage: z
    .number()
    .min(0)
    .default(0)
    .describe('Shrinks the similarity of items with few common positives toward 0')
    .register(searchRanges, { from: 0, to: 100, scale: 'linear' }),
})

type ItemKnnHyperparameters = z.infer<typeof hyperparameters>

/**
 * Scores an item by the sum of its similarities to the items of the history that are among its nearest neighbors. The
 * similarity is the shrunk cosine n_ij / √(n_i n_j) · n_ij / (n_ij + shrinkage), where n_ij is the number of users for whom
 * both items are positive. Dislikes count negatively.
 */
export const itemKnn = defineModel({
  kind: 'direct',
  name: 'item-knn',
  hyperparameters,
  mainHyperparameters: ['shrinkage', 'neighbors'],
  defaults: (data: CsrMatrix, { positiveThreshold }) => ({
    shrinkage: shrinkageFor(positives(data, positiveThreshold as number)),
  }),
  solve,
  open,
})

/**
 * The default shrinkage, by the density d of the positives. A cosine of few common positives is mostly chance, which only
 * dense data average out: 5.6e-4 / d² follows the best on the validation users of MovieLens 100K (d = .042: 0), 1M (.027: 0)
 * and random parts of both (.017: 2 and more; .0086: 10; .0053: 20 and more). From 50 on it makes no difference.
 */
function shrinkageFor({ rows, columns, values }: CsrMatrix): number {
  const density = values.length / (rows * columns)
  return Math.min(50, 5.6e-4 / density ** 2)
}

/** `neighbors` and `similarities` are items × count, best first; unused neighbors have a similarity of 0. */
async function solve(
  data: CsrMatrix,
  hyperparameters: ItemKnnHyperparameters,
  { signal, onProgress }: SolveContext,
): Promise<Weights> {
  const { positiveThreshold } = hyperparameters
  const x = positives(data, positiveThreshold)
  const items = x.columns
  const count = Math.min(hyperparameters.neighbors, items)
  const neighbors = new Float32Array(items * count)
  const similarities = new Float32Array(items * count)
  const writeSimilarities = createSimilarities(x, hyperparameters.shrinkage)
  const row = new Float32Array(items)
  for (let item = 0; item < items; item++) {
    if (item % 1000 === 999) {
      onProgress?.(item / items)
      await setImmediate() // a signal arrives between two thousands
      signal?.throwIfAborted()
    }
    writeSimilarities(item, row)
    const nearest = topItems(row, Int32Array.of(item), count)
    neighbors.set(nearest, item * count)
    similarities.set(
      Float32Array.from(nearest, (other) => row[other]!),
      item * count,
    )
  }
  return {
    neighbors: { shape: [items, count], values: neighbors },
    similarities: { shape: [items, count], values: similarities },
    positiveThreshold: scalarWeight(positiveThreshold),
  }
}

function open(weights: Weights): ContributionModel {
  const threshold = requireScalar(weights, 'positiveThreshold')
  // row i: the items that have i among their neighbors
  const neighborOf = transpose(readNeighbors(weights))
  const items = neighborOf.rows
  return {
    itemCount: items,
    async score(histories) {
      requireColumns(histories, items)
      const x = positivesAndDislikes(histories, threshold)
      const scores = new Float32Array(x.rows * items)
      for (let user = 0; user < x.rows; user++) {
        const userScores = scores.subarray(user * items, (user + 1) * items)
        const { indices, values: signs } = rowOf(x, user)
        for (let n = 0; n < indices.length; n++) addRow(neighborOf, indices[n]!, signs[n]!, userScores)
      }
      return scores
    },
    async contributions(history, item) {
      requireColumns(history, items)
      const { indices } = history
      return signs(history, threshold).map((sign, n) => sign * elementAt(neighborOf, indices[n]!, item))
    },
    dispose() {},
  }
}

function createSimilarities(x: CsrMatrix, shrinkage: number) {
  const counts = columnCounts(x)
  const writeRow = createGramRows(x)
  return (item: number, row: Float32Array): void => {
    writeRow(item, row)
    for (let other = 0; other < row.length; other++) {
      const common = row[other]!
      if (common > 0)
        row[other] = ((common / Math.sqrt(counts[item]! * counts[other]!)) * common) / (common + shrinkage)
    }
  }
}

/** items × items: the similarities of each item to its neighbors. */
function readNeighbors(weights: Weights): CsrMatrix {
  const { shape, values: neighbors } = requireWeight(weights, 'neighbors')
  const { values: similarities } = requireWeight(weights, 'similarities')
  const [items, count] = [shape[0]!, shape[1]!]
  const used = Int32Array.from(similarities.keys()).filter((n) => similarities[n]! > 0)
  return csrFromEntries(items, items, {
    row: used.map((n) => Math.floor(n / count)),
    column: used.map((n) => neighbors[n]!),
    values: Float32Array.from(used, (n) => similarities[n]!),
  })
}

function elementAt(matrix: CsrMatrix, row: number, column: number): number {
  const { indices, values } = rowOf(matrix, row)
  const n = indices.indexOf(column)
  return n < 0 ? 0 : values[n]!
}
