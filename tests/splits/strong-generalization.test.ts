import { describe, expect, test } from 'vitest'
import type { HeldOut, Split } from '../../src/splits/split.ts'
import { hashStrongGeneralization, strongGeneralization } from '../../src/splits/strong-generalization.ts'
import { interactionsOf, listOf, plainFnv1a, world, worldRatings } from './world.ts'

const rowsOf = (matrix: { rows: number }) => Array.from({ length: matrix.rows }, (_, row) => String(row))
const sizes = ({ histories, targets }: HeldOut) =>
  rowsOf(histories).map((_, row) => [
    histories.offsets[row + 1]! - histories.offsets[row]!,
    targets.offsets[row + 1]! - targets.offsets[row]!,
  ])

const positives = worldRatings.filter(({ value }) => value >= 4)
const positivesOf = (wanted: string) => positives.filter(({ userId }) => userId === wanted)
const eligible = world.users.ids.filter((userId) => positivesOf(userId).length >= 5)

describe.each([
  ['strongGeneralization', strongGeneralization(world, { seed: 1 })],
  ['hashStrongGeneralization', hashStrongGeneralization(world)],
] as const)('%s', (_name, split) => {
  test('trains on all positives of users with five or more, and on nothing else', () => {
    const trained = new Set(split.users.ids)
    expect([...trained].every((userId) => eligible.includes(userId))).toBe(true)
    expect(listOf(split.train, split.users.ids, split.items).toSorted()).toEqual(
      positives
        .filter(({ userId }) => trained.has(userId))
        .map(({ userId, itemId, value }) => `${userId} ${itemId} ${value}`)
        .toSorted(),
    )
  })

  test('knows the items of the training users, each rated by one of them', () => {
    expect(split.items.size).toBe(new Set(split.train.indices).size)
  })

  test('gives each held-out user in full: history and targets are those positives whose item is known', () => {
    const heldOut = eligible.filter((userId) => !split.users.ids.includes(userId))
    const expected = heldOut.map((userId) =>
      positivesOf(userId)
        .filter(({ itemId }) => split.items.indexOf(itemId) !== undefined)
        .map(({ itemId, value }) => `${itemId} ${value}`)
        .toSorted()
        .join(),
    )
    const found = [split.validation, split.test].flatMap(({ histories, targets }) => {
      const lists = [histories, targets].map((matrix) => listOf(matrix, rowsOf(matrix), split.items))
      return rowsOf(histories).map((row) =>
        lists
          .flat()
          .filter((entry) => entry.startsWith(`${row} `))
          .map((entry) => entry.slice(row.length + 1))
          .toSorted()
          .join(),
      )
    })
    expect(found.toSorted()).toEqual(expected.toSorted())
  })

  test('marks held-out users as never trained on', () => {
    for (const { users, histories } of [split.validation, split.test])
      expect([...users]).toEqual(rowsOf(histories).map(() => -1))
  })
})

describe('strongGeneralization', () => {
  const split = strongGeneralization(world, { seed: 1 })

  test('holds out a tenth of the users for each part, and 20 % of their positives rounded down', () => {
    const tenth = Math.floor(eligible.length / 10)
    expect([split.validation, split.test].map((part) => part.targets.rows)).toEqual([tenth, tenth])
    for (const [history, targets] of [...sizes(split.validation), ...sizes(split.test)])
      expect(targets).toBe(Math.floor((history! + targets!) / 5))
  })

  test('holds out the requested number of users', () => {
    const { users, validation, test } = strongGeneralization(world, { seed: 1, heldOutUsers: 40 })
    expect([users.size, validation.users.length, test.users.length]).toEqual([eligible.length - 80, 40, 40])
  })

  test('draws other users and targets with another seed, and the same with the same', () => {
    expect(strongGeneralization(world, { seed: 1 }).test).toEqual(split.test)
    expect(strongGeneralization(world, { seed: 2 }).users.ids).not.toEqual(split.users.ids)
  })

  test('takes positives from the threshold given', () => {
    const all = strongGeneralization(world, { seed: 1, positiveThreshold: 1 })
    expect(total(all)).toBeGreaterThan(total(split))
    expect(Math.min(...all.train.values)).toBe(1)
    expect(Math.min(...split.train.values)).toBe(4)
  })

  test('keeps a rating exactly at a threshold that 32 bits cannot hold', () => {
    const ratings = positives.map((rating) => ({ ...rating, value: 4.1 }))
    const { users } = strongGeneralization(interactionsOf(ratings), { seed: 1, positiveThreshold: 4.1 })
    expect(users.ids).toEqual(strongGeneralization(interactionsOf(ratings), { seed: 1 }).users.ids)
  })

  test('says so when too few users are left', () => {
    expect(() => strongGeneralization(world, { seed: 1, positiveThreshold: 6 })).toThrow(
      'only 0 users have five positives',
    )
  })
})

describe('hashStrongGeneralization', () => {
  // Besides the twelve items that all have rated, each user has rated one that no other user has.
  const ids = Array.from({ length: 40 }, (_, n) => `u${n}`)
  const shared = Array.from({ length: 12 }, (_, n) => `i${n}`)
  const ratings = ids.flatMap((userId) =>
    [...shared, `own-${userId}`].map((itemId) => ({ userId, itemId, value: 5 })),
  )
  const split = hashStrongGeneralization(interactionsOf(ratings))
  const withBucket = (wanted: bigint) => ids.filter((userId) => plainFnv1a(`user:${userId}`) % 10n === wanted)
  const trained = ids.filter((userId) => ![...withBucket(0n), ...withBucket(1n)].includes(userId))

  test('holds users out by the FNV-1a of their id alone', () => {
    expect(split.users.ids).toEqual(trained)
    expect(split.test.users.length).toBe(withBucket(0n).length)
    expect(split.validation.users.length).toBe(withBucket(1n).length)
  })

  test('forgets items that only held-out users have rated', () => {
    expect(split.items.ids.toSorted()).toEqual(
      [...shared, ...trained.map((userId) => `own-${userId}`)].toSorted(),
    )
  })

  test('chooses targets by the FNV-1a of user and item alone', () => {
    const isTarget = (userId: string, itemId: string) => plainFnv1a(`${userId}:${itemId}`) % 5n === 0n
    for (const [part, userIds] of [
      [split.test, withBucket(0n)],
      [split.validation, withBucket(1n)],
    ] as const) {
      const pairs = userIds.flatMap((userId) => shared.map((itemId) => [userId, itemId] as const))
      const listPairs = (wanted: boolean) =>
        pairs.filter((pair) => isTarget(...pair) === wanted).map((pair) => `${pair.join(' ')} 5`)
      expect(listOf(part.targets, userIds, split.items)).toEqual(listPairs(true))
      expect(listOf(part.histories, userIds, split.items)).toEqual(listPairs(false))
    }
  })
})

const total = ({ train, validation, test }: Split) =>
  [train, validation.histories, validation.targets, test.histories, test.targets].reduce(
    (sum, { values }) => sum + values.length,
    0,
  )
