import { expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { elsa } from '../../src/models/elsa.ts'
import { createRandom } from '../../src/random/random.ts'
import {
  largestError,
  type Matrix,
  multiply,
  randomSparse,
  toDense,
  toRows,
  transposeRows,
} from '../compute/reference.ts'
import { corrupted, evaluateObjective, expectFormula, moved } from './evaluate-objective.ts'

await useBackend('cpu')

const [users, items, latent] = [12, 9, 3]
const ratings = randomSparse(users, items, 0.5, createRandom('elsa'))
const hyperparameters = elsa.hyperparameters.parse({ latent, positiveThreshold: 3 })
const objective = elsa.objective(ratings, hyperparameters)
const weights = moved(objective.initialize(createRandom('weights')))

const norm = (row: readonly number[]) => Math.hypot(...row)
const unit = (row: readonly number[]) => row.map((value) => value / norm(row))

/** x A Aᵀ for the rows of `values`, divided by their lengths. */
function products(x: Matrix, values: ArrayLike<number>): Matrix {
  const A = toRows(values, latent).map(unit)
  return multiply(x, multiply(A, transposeRows(A)))
}

test('the objective and its gradient are those of the formula in double precision', () => {
  const examples = corrupted(objective)
  const x = toDense(examples.target)
  const formula = (values: ArrayLike<number>) =>
    products(x, values).reduce((sum, row, user) => {
      const history = x[user]!
      const predicted = row.map((value, item) => Math.max(0, value - history[item]!))
      const distance = norm(unit(predicted).map((value, item) => value - unit(history)[item]!))
      return sum + distance ** 2
    }, 0)
  const negative = products(x, weights.items!.values).flatMap((row, user) =>
    row.filter((value, item) => x[user]![item]! > 0 && value < 0),
  )
  // the score of a positive may be negative before 1 is subtracted
  expect(negative.length).toBeGreaterThan(0)
  expectFormula(evaluateObjective(objective, examples, weights), weights, ({ items }) => formula(items!))
})

test('a dislike counts against similar items', async () => {
  const exported = await elsa.exportWeights(weights, ratings, hyperparameters)
  const history = { rows: 1, columns: items, offsets: Int32Array.of(0, 3), indices: Int32Array.of(0, 4, 7) }
  const scorer = elsa.open(exported, hyperparameters)
  const scores = await scorer.score({ ...history, values: Float32Array.of(5, -1, 2) })
  const signed = [Array.from({ length: items }, (_, item) => ({ 0: 1, 4: -1 })[item] ?? 0)]
  expect(largestError(scores, products(signed, weights.items!.values)[0]!)).toBeLessThan(1e-5)
  scorer.dispose()
})
