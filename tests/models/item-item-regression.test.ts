import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { type RidgeSettings, solveItemRegression } from '../../src/models/item-item-regression.ts'
import type { DirectModel } from '../../src/models/model.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import { rdlae } from '../../src/models/ridge.ts'
import { requireWeight } from '../../src/models/weights.ts'
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
import { solveLinear } from './solve-linear.ts'

const ratings = randomSparse(40, 9, 0.5, createRandom(1))
const positive = toDense(ratings).map((row) => row.map((value) => +(value >= 4)))
const users = positive.reduce<number[]>(
  (counts, row) => row.map((value, item) => value + (counts[item] ?? 0)),
  [],
)

beforeAll(async () => {
  await useBackend('cpu')
})

const none = { dropout: 0, relaxation: 0, userExponent: 0, itemExponent: 0 }
interface Setting {
  readonly name: ModelName
  readonly given: Partial<RidgeSettings>
  /** What the name stands for besides. */
  readonly fixed?: Partial<RidgeSettings>
}

describe.each<Setting>([
  { name: 'ease', given: { regularization: 3 } },
  { name: 'dlae', given: { regularization: 2, dropout: 0.4 }, fixed: { relaxation: 1 } },
  { name: 'edlae', given: { regularization: 2, dropout: 0.2 } },
  { name: 'rdlae', given: { regularization: 2, dropout: 0.2, relaxation: 0.6 } },
  { name: 'dan', given: { regularization: 2, dropout: 0.3, userExponent: 0.4, itemExponent: 0.3 } },
  {
    name: 'ridge',
    given: { regularization: 1, dropout: 0.3, relaxation: 0.5, userExponent: 0.4, itemExponent: 0.3 },
  },
])('$name', ({ name, given, fixed }) => {
  const model = findModel(name) as DirectModel
  const hyperparameters = { positiveThreshold: 4, ...given }

  test('regresses each item on the items, with its penalty, limit and weights', async () => {
    const weights = await model.solve(ratings, hyperparameters, { random: createRandom(1) })
    const { shape, values } = requireWeight(weights, 'weights')
    expect(shape).toEqual([9, 9])
    const solved = transposeRows(toRows(values, 9))
    const settings = { ...none, regularization: 1, ...given, ...fixed }
    for (let item = 0; item < 9; item++)
      expect(largestError(solved[item]!, regress(item, settings))).toBeLessThan(1e-5)
  })

  test('scores by the weights of the positive items', async () => {
    const weights = await model.solve(ratings, hyperparameters, { random: createRandom(1) })
    const scorer = model.open(weights, hyperparameters)
    const expected = multiply(positive, toRows(requireWeight(weights, 'weights').values, 9))
    expect(largestError(await scorer.score(ratings), expected.flat())).toBeLessThan(1e-6)
  })
})

test('the limit of the diagonal binds for some of the items only', async () => {
  const weights = await rdlae.solve(
    ratings,
    { positiveThreshold: 4, regularization: 2, dropout: 0.2, relaxation: 0.6 },
    { random: createRandom(1) },
  )
  const { values } = requireWeight(weights, 'weights')
  const bound = Array.from({ length: 9 }, (_, item) => values[item * 10]! > 0.6 - 1e-6)
  expect(new Set(bound)).toEqual(new Set([true, false]))
})

test('a matrix that does not fit in memory is refused before anything is computed', async () => {
  const wide = { ...ratings, columns: 10_000_000 }
  const settings = { ...none, positiveThreshold: 4, regularization: 1 }
  await expect(solveItemRegression(wide, settings)).rejects.toThrow(/10000000 items needs 520000\.0 GB/)
})

/**
 * The weights that predict `item`, without a closed form: ridge regression on all items; if its own weight exceeds the
 * limit, that weight is the limit, and the other items predict the rest.
 */
function regress(item: number, settings: Omit<RidgeSettings, 'positiveThreshold'>): number[] {
  const { regularization, dropout, relaxation, userExponent, itemExponent } = settings
  const x = positive.map((row) => {
    const count = row.reduce((sum, value) => sum + value, 0)
    return row.map((value) => (count === 0 ? 0 : value * count ** (-userExponent / 2)))
  })
  const penalties = users.map((count) => (dropout / (1 - dropout)) * count + regularization)
  const target = x.map((row) => row[item]!)
  const free = solveRidge(x, target, penalties)
  const solved = free[item]! <= relaxation ? free : regressOnOthers()
  return solved.map((weight, other) => weight * (users[other]! / users[item]!) ** itemExponent)

  function regressOnOthers(): number[] {
    const others = x.map((row) => row.toSpliced(item, 1))
    const rest = target.map((value) => (1 - relaxation) * value)
    return solveRidge(others, rest, penalties.toSpliced(item, 1)).toSpliced(item, 0, relaxation)
  }
}

/** argmin_w ‖y − Xw‖² + Σ λ_n w_n² */
function solveRidge(x: Matrix, y: readonly number[], penalties: readonly number[]): number[] {
  const gram = multiply(transposeRows(x), x).map((row, n) =>
    row.map((value, m) => value + (n === m ? penalties[n]! : 0)),
  )
  const right = multiply(
    transposeRows(x),
    y.map((value) => [value]),
  ).flat()
  return solveLinear(gram, right)
}
