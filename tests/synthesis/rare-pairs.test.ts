import { expect, test } from 'vitest'
import { type CsrMatrix, rowIndices } from '../../src/interactions/csr/csr-matrix.ts'
import { stackRows } from '../../src/interactions/csr/stack.ts'
import { createRandom } from '../../src/random/random.ts'
import { findRarePairs } from '../../src/synthesis/rare-pairs.ts'
import { lowRankPicks, matrixOf } from '../models/worlds.ts'

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
  const { shareOf, realShare } = findRarePairs(real)
  for (let user = 0; user < 25; user++)
    expect(shareOf(rowIndices(drawn, user))).toBe(expected(itemsOf(drawn, user)))
  const long = Array.from({ length: 30 }, (_, user) => user).filter((user) => itemsOf(real, user).size >= 5)
  const shares = long.map((user) => expected(itemsOf(real, user), user)).filter((share) => share <= 0.5)
  expect(realShare).toBe(Math.max(...shares))
})

test('a copy of a real user has a larger share than any real user', () => {
  const random = createRandom('copies')
  const real = matrixOf(60, 300, () => (random.uniform() < 0.05 ? 1 : undefined))
  const { shareOf, realShare } = findRarePairs(real)
  const shares = Array.from({ length: real.rows }, (_, user) => shareOf(rowIndices(real, user)))
  expect(Math.min(...shares.filter((share) => share > 0))).toBeGreaterThan(realShare)
})

/** Users with `length` of `items` items. */
function randomHistories(users: number, items: number, length: number): CsrMatrix {
  const random = createRandom('histories', users, items, length)
  const chosen = Array.from({ length: users }, () => new Set(random.permutation(items).subarray(0, length)))
  return matrixOf(users, items, (user, item) => (chosen[user]!.has(item) ? 1 : undefined))
}

test('users with few items, and copies among the real users, do not hide copies', () => {
  const real = randomHistories(40, 200, 10)
  const { realShare } = findRarePairs(real)
  expect(realShare).toBeLessThan(0.3)
  // two users of the same two items, and a user of two accounts
  const short = matrixOf(2, 200, (_, item) => (item < 2 ? 1 : undefined))
  const twice = matrixOf(2, 200, (_, item) => (item > 180 ? 1 : undefined))
  const all = [short, twice].reduce(stackRows, real)
  expect(findRarePairs(all).realShare).toBeLessThan(0.3)
})

test('finds a copy in a catalog of very many items', () => {
  const real = randomHistories(30, 30_000, 12)
  const { shareOf, realShare } = findRarePairs(real)
  expect(realShare).toBeLessThan(0.1)
  for (let user = 0; user < real.rows; user++) expect(shareOf(rowIndices(real, user))).toBeGreaterThan(0.9)
})
