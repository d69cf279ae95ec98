import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { gfCf } from '../../src/models/gf-cf.ts'
import { createRandom } from '../../src/random/random.ts'
import { largestError, multiply, randomSparse, toDense, transposeRows } from '../compute/reference.ts'

const ratings = randomSparse(60, 12, 0.5, createRandom(1))
const positive = toDense(ratings).map((row) => row.map((value) => +(value >= 4)))

beforeAll(async () => {
  await useBackend('cpu')
})

/** U_2 + α U_1 of the authors' program, with a full singular value decomposition. */
function referenceScores(components: number, alpha: number): number[][] {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const users = positive.map((row) => Math.max(sum(row), 1) ** -0.5)
  const items = transposeRows(positive).map((column) => Math.max(sum(column), 1) ** -0.5)
  const normalized = positive.map((row, user) => row.map((x, item) => users[user]! * x * items[item]!))
  const svd = new SingularValueDecomposition(new Matrix(normalized.map((row) => [...row])))
  const V = svd.rightSingularVectors.to2DArray().map((row) => row.slice(0, components))
  const lowPass = multiply(V, transposeRows(V))
  const linear = multiply(transposeRows(normalized), normalized)
  const weights = linear.map((row, i) =>
    row.map((value, j) => value + (alpha * items[i]! * lowPass[i]![j]!) / items[j]!),
  )
  return multiply(positive, weights).map((row) => [...row])
}

test.each([
  [3, 0],
  [3, 0.3],
  [12, 1],
])('scores by both filters, with %d components and α = %d', async (components, lowPass) => {
  const hyperparameters = { positiveThreshold: 4, components, lowPass }
  const weights = await gfCf.solve(ratings, hyperparameters, { random: createRandom(1) })
  const positives = { ...ratings, values: ratings.values.map((value) => (value >= 4 ? 5 : 3)) }
  const scores = await gfCf.open(weights, hyperparameters).score(positives)
  expect(largestError(scores, referenceScores(components, lowPass).flat())).toBeLessThan(1e-5)
})
