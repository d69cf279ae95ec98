import { describe, expect, test } from 'vitest'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { interactionsFromEntries } from '../../../src/interactions/interactions-from-entries.ts'
import { driftSince } from '../../../src/retraining/data/drift.ts'
import { takeSnapshot } from '../../../src/retraining/data/take-snapshot.ts'

interface Given {
  readonly user: number
  readonly item: number
  readonly value: number
  /** Days after the first of January 2026. */
  readonly day: number
}

const start = Date.UTC(2026, 0, 1)
const dayMilliseconds = 86_400_000
const at = (day: number) => new Date(start + day * dayMilliseconds)

function interactions(ratings: readonly Given[]) {
  const ids = (name: string, numbers: readonly number[]) =>
    createIdMap(Array.from({ length: Math.max(...numbers) + 1 }, (_, n) => `${name}${n}`))
  const users = ratings.map(({ user }) => user)
  const items = ratings.map(({ item }) => item)
  return interactionsFromEntries(ids('u', users), ids('i', items), {
    row: Int32Array.from(users),
    column: Int32Array.from(items),
    values: Float32Array.from(ratings, ({ value }) => value),
    times: Float64Array.from(ratings, ({ day }) => at(day).getTime() / 1000),
  })
}

/** How ratings differ from those of them that were there on `cut`. */
function drift(ratings: readonly Given[], cut: number, until: number) {
  const before = ratings.filter(({ day }) => day <= cut)
  const snapshot = takeSnapshot(interactions(before), at(cut), null)
  return driftSince({ runId: 'before', snapshot }, interactions(ratings), at(until))
}

/** By its definition over shares, half a count added to each bin. */
function psi(before: readonly number[], after: readonly number[]): number {
  const share = (counts: readonly number[], bin: number) =>
    (counts[bin]! + 0.5) / (counts.reduce((sum, count) => sum + count, 0) + 0.5 * counts.length)
  let index = 0
  for (const bin of before.keys()) {
    const [expected, actual] = [share(before, bin), share(after, bin)]
    index += (actual - expected) * (Math.log(actual) - Math.log(expected))
  }
  return index
}

/** Two items for each of 30 users on days 0 to 9: values 4 and 5; then 20 users, half of them new, rate one item 1. */
const sample: Given[] = [
  ...Array.from({ length: 30 }, (_, user) => ({ user, item: user % 10, value: 4, day: (user % 10) + 0.5 })),
  ...Array.from({ length: 30 }, (_, user) => ({ user, item: 10, value: 5, day: (user % 10) + 0.6 })),
  ...Array.from({ length: 20 }, (_, n) => ({ user: 20 + n, item: 11, value: 1, day: 10 + n / 4 + 0.1 })),
]

describe('how ratings differ from those of the run before', () => {
  const found = drift(sample, 10, 16)

  test('counts what came', () => {
    expect(found).toMatchObject({
      previousRunId: 'before',
      users: { before: 30, after: 40 },
      items: { before: 11, after: 12 },
      ratings: { before: 60, after: 80 },
      since: { ratings: 20, users: 20, newUsers: 10, newItems: 1 },
      rangeBefore: [4, 5],
    })
  })

  test('holds ratings a day against as long a time before', () => {
    // six days: 20 ratings since, and those of the days 4 to 9 before, six a day
    expect(found.ratingsPerDay.after).toBeCloseTo(20 / 6, 10)
    expect(found.ratingsPerDay.before).toBeCloseTo(36 / 6, 10)
  })

  test('has the stability index of values and of popularity that the counts give', () => {
    expect(found.valuesPsi).toBeCloseTo(psi([0, 30, 30], [20, 0, 0]), 10)
    // of twelve items item 10 is the first of the first decile; item 11, unknown before, the last of the last one
    expect(found.popularity.since).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 20])
    expect(found.popularity.before.reduce((sum, count) => sum + count, 0)).toBe(60)
    expect(found.popularity.before[0]).toBe(33)
    expect(found.popularityPsi).toBeCloseTo(psi(found.popularity.before, found.popularity.since), 10)
  })

  test('reports the share of the most active 1 % of users, at least one user', () => {
    const flood = Array.from({ length: 20 }, (_, n) => ({ user: 0, item: 20 + n, value: 3, day: 12 }))
    expect(drift([...sample, ...flood], 10, 16).since.shareOfMostActive).toBeCloseTo(20 / 40, 10)
    expect(found.since.shareOfMostActive).toBeCloseTo(1 / 20, 10)
  })
})

test('the same ratings once more have not moved', () => {
  const found = drift(sample, 16, 16)
  expect(found).toMatchObject({ valuesPsi: 0, popularityPsi: 0, since: { ratings: 0, shareOfMostActive: 0 } })
  expect(found.ratingsPerDay).toEqual({ before: 0, after: 0 })
})

describe('the agreement of new ratings with what their items had', () => {
  /** 100 users rate 8 items by `before`, and 100 others by `since`. */
  const rated = (before: (item: number) => number, since: (item: number, n: number) => number) => [
    ...Array.from({ length: 100 }, (_, n) => ({ user: n, item: n % 8, value: before(n % 8), day: 1 })),
    ...Array.from({ length: 100 }, (_, n) => ({
      user: 100 + n,
      item: n % 8,
      value: since(n % 8, n),
      day: 11,
    })),
  ]
  const worth = (item: number) => 1 + (item % 5)

  test.each([
    ['1 where items are rated as ever', worth, 1],
    ['−1 where they are rated the other way round', (item: number) => 6 - worth(item), -1],
    ['0 where all are rated alike', () => 3, 0],
  ])('is %s', (_, since, expected) => {
    expect(drift(rated(worth, since), 10, 12).since.agreement).toBeCloseTo(expected, 6)
  })

  test('cannot be told of too few ratings', () => {
    expect(drift(rated(worth, worth).slice(0, 199), 10, 12).since.agreement).toBeNull()
  })
})
