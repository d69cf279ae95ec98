import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBeyondAccuracy } from '../../src/evaluation/beyond-accuracy.ts'
import { fromDense } from './dense.ts'

/** Item 0 is known to all four users, item 1 to two of them, items 2 and 3 to one and the same, item 4 to none. */
const train = fromDense([
  [1, 1, 0, 0, 0],
  [1, 1, 0, 0, 0],
  [1, 0, 0, 0, 0],
  [1, 0, 1, 1, 0],
])
const history = fromDense([[1, 1, 0, 0, 0]])
const describeOne = (items: number[], histories = history) =>
  createBeyondAccuracy(train)([Int32Array.from(items)], histories, 2)

describe('what a list is like besides being right, worked by hand', () => {
  test('coverage, novelty and diversity', () => {
    // Items 0 and 1 of five; −log2(4/4) and −log2(2/4); the cosine of {0,1,2,3} and {0,1} is 2 / √8.
    const known = describeOne([0, 1])
    expect(known.coverage).toBeCloseTo(2 / 5, 12)
    expect(known.novelty).toBeCloseTo(0.5, 12)
    expect(known.diversity).toBeCloseTo(1 - 2 / Math.sqrt(8), 12)
    // Known by the same one user.
    const rare = describeOne([2, 3])
    expect(rare.novelty).toBeCloseTo(2, 12)
    expect(rare.diversity).toBeCloseTo(0, 12)
  })

  test('only the first places count', () => {
    expect(describeOne([0, 1, 4])).toEqual(describeOne([0, 1]))
  })

  test('popularity lift is the mean count of the list against that of the history', () => {
    expect(describeOne([2, 3]).popularityLift).toBeCloseTo(1 / 3 - 1, 12)
    expect(describeOne([0, 1]).popularityLift).toBeCloseTo(0, 12)
  })

  test('miscalibration is the divergence of the mixtures of popular, medium and rare items', () => {
    // Item 0 is popular, 1 and 2 are medium, 3 and 4 rare: (0, ½, ½) against (½, ½, 0).
    expect(describeOne([2, 3]).miscalibration).toBeCloseTo(0.5, 12)
    expect(describeOne([2, 0]).miscalibration).toBeCloseTo(0, 12)
    expect(describeOne([3, 4], fromDense([[1, 0, 0, 0, 0]])).miscalibration).toBeCloseTo(1, 12)
  })

  test('diversity agrees with a loop over all pairs', () => {
    const items = 8
    const user = fc.array(fc.constantFrom(0, 1), { minLength: items, maxLength: items })
    const list = fc.uniqueArray(fc.nat(items - 1), { maxLength: items })
    fc.assert(
      fc.property(
        fc.array(user, { minLength: 1, maxLength: 12 }),
        fc.array(list, { minLength: 1 }),
        (users, lists) => {
          const { diversity } = createBeyondAccuracy(fromDense(users))(
            lists.map((items) => Int32Array.from(items)),
            fromDense(lists.map(() => new Array(items).fill(0))),
            items,
          )
          const shown = lists.filter((items) => items.length > 0)
          if (shown.length === 0) expect(diversity).toBeNaN()
          else expect(diversity).toBeCloseTo(meanOf(shown.map((items) => meanDistance(items, users))), 12)
        },
      ),
    )
  })

  test('users without a history have no part in what compares with it', () => {
    const lists = [Int32Array.of(2, 3), Int32Array.of(0, 1)]
    const both = createBeyondAccuracy(train)(
      lists,
      fromDense([
        [1, 1, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ]),
      2,
    )
    expect(both.popularityLift).toBeCloseTo(1 / 3 - 1, 12)
    expect(both.coverage).toBeCloseTo(4 / 5, 12)
  })
})

function meanDistance(list: readonly number[], users: readonly number[][]): number {
  const pairs = list.flatMap((a, place) => list.slice(0, place).map((b) => [a, b] as const))
  return pairs.length === 0 ? 0 : meanOf(pairs.map(([a, b]) => 1 - cosine(a, b, users)))
}

function cosine(a: number, b: number, users: readonly number[][]): number {
  const count = (isCounted: (user: number[]) => boolean) => users.filter(isCounted).length
  const both = count((user) => user[a] === 1 && user[b] === 1)
  return both === 0 ? 0 : both / Math.sqrt(count((user) => user[a] === 1) * count((user) => user[b] === 1))
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
