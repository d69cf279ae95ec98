import { expect, test } from 'vitest'
import { rowIndices } from '../../src/interactions/csr/csr-matrix.ts'
import { createRandom } from '../../src/random/random.ts'
import { compareHistories } from '../../src/synthesis/compare-histories.ts'
import { findRarePairs } from '../../src/synthesis/rare-pairs.ts'
import { fromDense } from '../evaluation/dense.ts'
import { lowRankPicks, matrixOf } from '../models/worlds.ts'

test('compareHistories finds no difference between equal histories, and the exact one between others', () => {
  const real = fromDense([
    [1, 1, 0, 0],
    [1, 1, 0, 0],
    [0, 1, 1, 1],
  ])
  expect(compareHistories(real, real)).toEqual({
    popularityDistance: 0,
    coOccurrenceCorrelation: expect.closeTo(1, 10),
    lengthDistance: 0,
  })
  const drawn = fromDense([
    [1, 0, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 1, 1],
    [0, 0, 0, 0],
  ])
  // shares 2/7, 3/7, 1/7, 1/7 and 2/4, 0, 1/4, 1/4; lengths 2, 2, 3 and 1, 1, 2
  const { popularityDistance, lengthDistance } = compareHistories(real, drawn)
  expect(popularityDistance).toBeCloseTo(3 / 7, 6)
  expect(lengthDistance).toBeCloseTo(2 / 3, 6)
})

test('rare pairs are the share of pairs of one real user alone, by counting all pairs', () => {
  const { train: real } = lowRankPicks(30, 20, 6, 2)
  const { train: drawn } = lowRankPicks(25, 20, 6, 3)
  const itemsOf = (matrix: typeof real, user: number) => new Set(rowIndices(matrix, user))
  const expected = (items: Set<number>, except?: number) => {
    const own = [...items].flatMap((a) => [...items].filter((b) => a < b).map((b) => [a, b] as const))
    const owners = own.map(([a, b]) =>
      Array.from({ length: 30 }, (_, user) => user).filter(
        (user) => user !== except && itemsOf(real, user).has(a) && itemsOf(real, user).has(b),
      ),
    )
    const sole = owners.filter((users) => users.length === 1).map(([user]) => user)
    return Math.max(0, ...sole.map((user) => sole.filter((other) => other === user).length)) / own.length
  }
  const { shareOf, realShare } = findRarePairs(real, createRandom(1))
  for (let user = 0; user < 25; user++)
    expect(shareOf(rowIndices(drawn, user))).toBe(expected(itemsOf(drawn, user)))
  expect(realShare).toBe(
    Math.max(...Array.from({ length: 30 }, (_, user) => expected(itemsOf(real, user), user))),
  )
})

test('a copy of a real user has a larger share than any real user', () => {
  const random = createRandom('copies')
  const real = matrixOf(60, 300, () => (random.uniform() < 0.05 ? 1 : undefined))
  const { shareOf, realShare } = findRarePairs(real, random)
  const shares = Array.from({ length: real.rows }, (_, user) => shareOf(rowIndices(real, user)))
  expect(Math.min(...shares.filter((share) => share > 0))).toBeGreaterThan(realShare)
})
