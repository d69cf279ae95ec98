import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { createPostgresBatches } from '../../src/ratings/postgres-batches.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { createRatingCounts } from '../../src/ratings/rating-counts.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()
const { sql } = database
const batches = createPostgresBatches(database)
const { save } = createPostgresUserRatings(database)

beforeEach(async () => {
  await sql`truncate users, items cascade`
  await sql`delete from rating_batches where id > 1`
})
afterEach(() => {
  vi.useRealTimers()
})

async function importValues(values: readonly number[]): Promise<number> {
  const { batch } = await importRatings(sql, {
    name: 'ratings.csv',
    bytes: undefined,
    async *ratings() {
      yield values.map((value, n) => ({ userId: `user ${n}`, itemId: 'item', value }))
    },
    async *items() {},
    malformed: createMalformedLines(0),
  })
  return batch
}

async function countsOfList() {
  const listed = await batches.list()
  return new Map(listed.map(({ id, current, inHistory }) => [id, { current, inHistory }]))
}

describe('the counts of ratings', () => {
  test('include each import and each change of a batch at once', async () => {
    const counts = createRatingCounts(database)
    await importValues([1, 1, 5])
    const first = await counts.latest()
    expect(first!.values).toEqual([
      { from: 1, to: 1, count: 2 },
      { from: 5, to: 5, count: 1 },
    ])
    const second = await importValues([2, 2])
    expect([...(await counts.latest())!.batches]).toEqual(expect.arrayContaining([...(await countsOfList())]))
    await batches.quarantine(second, 'a test')
    const last = await counts.latest()
    expect(last!.batches.get(second)).toEqual({ current: 0, inHistory: 2 })
    expect(last!.values).toEqual(first!.values)
  })

  test('include posted ratings a minute later, and say when they were counted', async () => {
    const counts = createRatingCounts(database)
    await save([{ userId: 'user', itemId: 'item', value: 3 }])
    const before = await counts.latest()
    await save([{ userId: 'user', itemId: 'other item', value: 4 }])
    expect(await counts.latest()).toEqual(before)
    vi.useFakeTimers({ toFake: ['Date'], now: before!.countedAt.getTime() + 61_000 })
    await counts.latest()
    await vi.waitFor(async () =>
      expect((await counts.latest())!.values.map(({ from }) => from)).toEqual([3, 4]),
    )
  })

  test('are those before while counting takes longer than a page can wait', async () => {
    const counts = createRatingCounts(database)
    await importValues([1, 2, 3])
    const counted = await sql.begin(async (transaction) => {
      await transaction`lock table ratings in access exclusive mode`
      return { first: await counts.latest() }
    })
    expect(counted).toEqual({ first: null })
    await vi.waitFor(async () => expect((await counts.latest())?.values).toHaveLength(3))
  })

  test('are counted once for requests at the same time', async () => {
    const counts = createRatingCounts(database)
    await importValues([1, 2, 3])
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => counts.latest()))
    for (const other of others) expect(other).toBe(first)
  })
})
