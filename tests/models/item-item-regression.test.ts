import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { ease } from '../../src/models/ease.ts'
import { edlae } from '../../src/models/edlae.ts'
import { solveItemRegression } from '../../src/models/item-item-regression.ts'
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
const liked = toDense(ratings).map((row) => row.map((value) => +(value >= 4)))
const users = liked.reduce<number[]>(
  (counts, row) => row.map((value, item) => value + (counts[item] ?? 0)),
  [],
)

beforeAll(async () => {
  await useBackend('cpu')
})

describe.each([
  { model: ease, given: { positiveThreshold: 4, regularization: 3 }, penalties: users.map(() => 3) },
  {
    model: edlae,
    given: { positiveThreshold: 4, regularization: 2, dropout: 0.2 },
    penalties: users.map((count) => 0.25 * count + 2),
  },
])('$model.name', ({ model, given, penalties }) => {
  test('regresses each item on all others, with its penalty', async () => {
    const weights = await model.solve(ratings, given as never, createRandom(1))
    const { shape, values } = requireWeight(weights, 'weights')
    expect(shape).toEqual([9, 9])
    const solved = transposeRows(toRows(values, 9))
    for (let item = 0; item < 9; item++)
      expect(largestError(solved[item]!, ridge(liked, item, penalties))).toBeLessThan(1e-5)
  })

  test('scores by the weights of the positive items', async () => {
    const weights = await model.solve(ratings, given as never, createRandom(1))
    const scorer = model.open(weights, given)
    const expected = multiply(liked, toRows(requireWeight(weights, 'weights').values, 9))
    expect(largestError(await scorer.score(ratings), expected.flat())).toBeLessThan(1e-6)
  })
})

test('a matrix that does not fit in memory is refused before anything is computed', async () => {
  const wide = { ...ratings, columns: 10_000_000 }
  await expect(solveItemRegression(wide, 4, () => 1)).rejects.toThrow(/10000000 items needs 800000\.0 GB/)
})

/** The weights with which the other items predict `item`; its own weight is 0. */
function ridge(x: Matrix, item: number, penalties: readonly number[]): number[] {
  const others = x.map((row) => row.filter((_, other) => other !== item))
  const kept = penalties.filter((_, other) => other !== item)
  const gram = multiply(transposeRows(others), others).map((row, n) =>
    row.map((value, m) => value + (n === m ? kept[n]! : 0)),
  )
  const right = multiply(
    transposeRows(others),
    x.map((row) => [row[item]!]),
  ).flat()
  return solveLinear(gram, right).toSpliced(item, 0, 0)
}
