import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { previewImport } from '../../src/ratings/postgres-preview.ts'
import type { RatingEvent } from '../../src/ratings/rating.ts'
import type { RatingsSource } from '../../src/ratings/ratings-source.ts'
import { createTestDatabase } from '../db/test-database.ts'

const { sql } = await createTestDatabase()

beforeEach(() => sql`truncate users, items, rating_batches restart identity cascade`)

function sourceOf(ratings: readonly RatingEvent[]): RatingsSource {
  return {
    name: 'ratings',
    bytes: undefined,
    async *ratings() {
      yield [...ratings]
    },
    async *items() {
      yield [{ id: 'a', title: 'A' }]
    },
    malformed: createMalformedLines(0),
  }
}

const stored = async () => {
  const [counts] = await sql`
    select (select count(*) from users) as users, (select count(*) from items) as items,
      (select count(*) from ratings) as ratings, (select count(*) from rating_history) as history,
      (select count(*) from rating_batches) as batches, (select count(*) from items where title is not null) as titles`
  return counts
}

const event = fc.record(
  {
    userId: fc.constantFrom<string>('u', 'v', 'w', 'x'),
    itemId: fc.constantFrom<string>('a', 'b', 'c'),
    value: fc.integer({ min: 1, max: 3 }),
    time: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('view', 'purchase'),
  },
  { requiredKeys: ['userId', 'itemId', 'value'] },
)
const events = fc.array(event, { minLength: 1, maxLength: 15 })

test('a preview counts what the import then does, and changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(events, events, async (before, ratings) => {
      await sql`truncate users, items cascade`
      await importRatings(sql, sourceOf(before))
      const [unchanged, users, items] = [
        await stored(),
        new Set(before.map(({ userId }) => userId)),
        new Set(before.map(({ itemId }) => itemId)).add('a'),
      ]
      const preview = await previewImport(sql, sourceOf(ratings))
      expect(await stored()).toEqual(unchanged)
      const { batch: _, seconds: __, malformed, ...report } = await importRatings(sql, sourceOf(ratings))
      expect(preview).toMatchObject({ ...report, malformed, itemsRead: 1 })
      const itemsOf = new Map<string, Set<string>>()
      for (const { userId, itemId } of ratings)
        itemsOf.set(userId, (itemsOf.get(userId) ?? new Set()).add(itemId))
      const pairs = new Set(ratings.map(({ userId, itemId }) => `${userId} ${itemId}`))
      expect(preview).toMatchObject({
        repeated: ratings.length - pairs.size,
        usersWithOneRating: [...itemsOf.values()].filter(({ size }) => size === 1).length,
        newUsers: [...itemsOf.keys()].filter((id) => !users.has(id)).length,
        newItems: new Set(ratings.map(({ itemId }) => itemId).filter((id) => !items.has(id))).size,
        withoutTime: ratings.filter(({ time }) => time === undefined).length,
        inFuture: 0,
        histogram: [1, 2, 3].flatMap((value) => {
          const count = ratings.filter((rating) => rating.value === value).length
          return count === 0 ? [] : [{ from: value, to: value, count }]
        }),
      })
    }),
    { numRuns: 12 },
  )
})

test('many different values are counted in bins, each once', async () => {
  const values = Array.from({ length: 300 }, (_, n) => (n + 1) ** 2)
  const ratings = values.map((value, n) => ({ userId: `u${n}`, itemId: 'a', value }))
  const { histogram } = await previewImport(sql, sourceOf(ratings))
  const inside = (from: number, to: number) =>
    values.filter((value) => value >= from && (value < to || to === 90_000)).length
  expect(histogram).toEqual(
    [1, 10, 100, 1000, 10_000].map((from, n) => {
      const to = [10, 100, 1000, 10_000, 90_000][n]!
      return { from, to, count: inside(from, to) }
    }),
  )
  expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(300)
})

test('times of the next hours are counted', async () => {
  const soon = Date.now() / 1000 + 3600
  const ratings = [
    { userId: 'u', itemId: 'a', value: 1, time: soon },
    { userId: 'u', itemId: 'b', value: 1, time: 5 },
  ]
  expect((await previewImport(sql, sourceOf(ratings))).inFuture).toBe(1)
})

test('an error of the source, and an interruption, are thrown as by an import', async () => {
  const source = {
    ...sourceOf([]),
    // biome-ignore lint/correctness/useYield: it fails first
    async *ratings(): AsyncGenerator<RatingEvent[]> {
      throw new Error('unreadable')
    },
  }
  await expect(previewImport(sql, source)).rejects.toThrow('unreadable')
  const signal = AbortSignal.abort(new Error('interrupted'))
  await expect(
    previewImport(sql, sourceOf([{ userId: 'u', itemId: 'a', value: 1 }]), { signal }),
  ).rejects.toThrow('interrupted')
})
