import { describe, expect, test } from 'vitest'
import { entryRows } from '../../../src/interactions/csr/csr-matrix.ts'
import { createPostgresUserRatings } from '../../../src/ratings/postgres-user-ratings.ts'
import { parseRetrainingConfig } from '../../../src/retraining/config.ts'
import { checkUsers } from '../../../src/retraining/data/anomalous-users.ts'
import {
  findFlaggedUsers,
  listRecordedAnomalies,
  saveFlaggedUsers,
} from '../../../src/retraining/data/postgres-anomalous-users.ts'
import { attacked, realRatings, target } from '../../anomalies/planted-attack.ts'
import { createTestDatabase } from '../../db/test-database.ts'

const ratings = attacked({ type: 'average' })
const timed = { ...ratings, times: Float64Array.from(entryRows(ratings.matrix)) }
const isFake = (id: string) => id.startsWith('fake')

test('anomalous users are reported and kept by default', () => {
  const { anomalies } = parseRetrainingConfig({}, 'defaults').checks
  const { ratings: used, check } = checkUsers(timed, anomalies, null)
  expect(used).toBe(timed)
  expect(check.passed).toBe(true)
  expect(check.finding).toMatch(
    new RegExp(
      `^\\d\\d of 824 users have an anomaly score above 8: gave item ${ratings.items.idOf(target)} the highest rating \\(\\d\\d\\).* Their ratings are used. To list them: npm run anomalies.$`,
    ),
  )
  // reports outlive the erasure of a user
  expect(check.finding).not.toContain('fake')
})

test('with quarantine their ratings and times are left out', () => {
  const { ratings: used, check } = checkUsers(timed, { threshold: 8, quarantine: true }, null)
  expect(used.users.ids.filter(isFake).length).toBeLessThanOrEqual(0.25 * 24)
  expect(used.users.ids.filter((id) => !isFake(id)).length).toBeGreaterThan(0.99 * realRatings.users.size)
  expect(used.items).toBe(ratings.items)
  expect(check.finding).toContain('left out')
  // each time is the number of its user before
  const users = entryRows(used.matrix)
  expect([...used.times!].every((time, n) => timed.users.idOf(time) === used.users.idOf(users[n]!))).toBe(
    true,
  )
})

describe('a later run', () => {
  const settings = { threshold: 8, quarantine: true }
  const first = checkUsers(timed, settings, null).users

  test('reports no change for the same ratings', () => {
    const { check, users } = checkUsers(timed, settings, first.flagged)
    expect(users).toEqual(first)
    expect(check.finding).not.toMatch(/previous run|--last-run/)
  })

  test('reports new users by their reasons', () => {
    const { check } = checkUsers(timed, settings, first.flagged.slice(2))
    expect(check.finding).toContain(
      `2 are new since the previous run: gave item ${ratings.items.idOf(target)} the highest rating (2)`,
    )
  })

  test('reports released users by the reason: no longer promoted, without ratings, a higher threshold', () => {
    const clean = checkUsers(realRatings, settings, first.flagged)
    const fakes = first.flagged.filter(({ userId }) => isFake(userId))
    expect(clean.users.released.filter(({ release }) => release === 'the user has no ratings')).toHaveLength(
      fakes.length,
    )
    expect(clean.check.finding).toContain(`no longer above it: the user has no ratings (${fakes.length})`)

    const higher = checkUsers(timed, { ...settings, threshold: 50 }, first.flagged)
    expect(higher.users).toMatchObject({
      flagged: [],
      released: first.flagged.map(({ userId }) => ({ userId })),
    })
    expect(new Set(higher.users.released.map(({ release }) => release))).toEqual(
      new Set(['the threshold is higher']),
    )

    // all values are the same, so that no value promotes an item
    const alike = { ...timed, matrix: { ...timed.matrix, values: timed.matrix.values.map(() => 1) } }
    expect(checkUsers(alike, settings, first.flagged).users.released).toContainEqual({
      userId: fakes.at(-1)!.userId,
      release: `item ${ratings.items.idOf(target)} is no longer promoted`,
    })
  })
})

test('users are recorded from the first run in succession to the last, by id, and not after their erasure', async () => {
  const database = await createTestDatabase()
  const user = (userId: string, score: number) => ({
    ...{ userId, score, reasons: ['many ratings (+9.1 σ)', 'a "quoted" one'], cause: 'many ratings' },
    ...{ promotedItem: null, quarantined: true },
  })
  const [first, second, third, fourth] = [4, 3, 2, 1].map((days) => new Date(Date.now() - days * 86_400_000))
  await database.sql`insert into users (id) values ('a'), ('b'), ('B')`
  const ofFirst = { flagged: [user('a', 9), user('b', 10), user('erased', 11)], released: [] }
  await saveFlaggedUsers(database, ofFirst, first!)
  const [a] = await listRecordedAnomalies(database)
  expect(a).toMatchObject({ ...user('a', 9), since: first, until: null, release: null })
  const ofSecond = { flagged: [user('b', 12)], released: [{ userId: 'a', release: 'the reason' }] }
  await saveFlaggedUsers(database, ofSecond, second!)
  const flaggedBefore = async (run: Date) =>
    (await findFlaggedUsers(database, run)).map(({ userId }) => userId).sort()
  expect(await flaggedBefore(third!)).toEqual(['b'])
  expect(await listRecordedAnomalies(database)).toMatchObject([
    { userId: 'b', score: 12, since: first, until: null, release: null },
    { userId: 'a', since: first, until: second, release: 'the reason' },
  ])
  // again, after a run without it
  const ofThird = { flagged: [user('a', 9)], released: [{ userId: 'b', release: 'another' }] }
  await saveFlaggedUsers(database, ofThird, third!)
  expect((await listRecordedAnomalies(database))[0]).toMatchObject({
    ...{ userId: 'a', since: third, until: null, release: null },
  })
  expect(await flaggedBefore(fourth!)).toEqual(['a'])
  // the run prepares again after a failure: what it has recorded itself is not of the run before
  expect(await flaggedBefore(third!)).toEqual(['b'])
  await saveFlaggedUsers(database, ofThird, third!)
  expect(await flaggedBefore(fourth!)).toEqual(['a'])
  await createPostgresUserRatings(database).erase('a')
  await database.sql`update anomalous_users set until = until - interval '91 days'`
  await saveFlaggedUsers(database, { flagged: [], released: [] }, fourth!)
  expect(await listRecordedAnomalies(database)).toEqual([])
})
