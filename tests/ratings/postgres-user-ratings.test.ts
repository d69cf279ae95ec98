import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { strengthOf } from '../../src/config/event-kinds.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import type { RatingEvent } from '../../src/ratings/rating.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()
const ratings = createPostgresUserRatings(database)
const strange = ["o'brien", '"; drop table users; --', 'a/b', '{a,b}', '\\', '💿', 'NULL', ' ']

describe('saving', () => {
  test('makes users and items that are new', async () => {
    const given = [
      { userId: 'u', itemId: 'a', value: 4 },
      { userId: 'u', itemId: 'b', value: 2.5 },
    ]
    expect(await ratings.save(given)).toEqual({ inserted: 2, updated: 0, unchanged: 0 })
    const saved = new Map((await ratings.of('u')).map(({ itemId, value }) => [itemId, value]))
    expect(saved).toEqual(new Map(given.map(({ itemId, value }) => [itemId, value])))
  })

  test('takes ids of any characters', async () => {
    await ratings.save(strange.map((id) => ({ userId: id, itemId: id, value: 1 })))
    for (const id of strange) expect(await ratings.of(id)).toEqual([{ itemId: id, value: 1 }])
  })

  test('the later in time wins, whichever came first', async () => {
    const at = (time: number, value: number) => ({ userId: 'later', itemId: 'a', value, time })
    expect(await ratings.save([at(2000, 2), at(1000, 1)])).toEqual({ inserted: 1, updated: 0, unchanged: 1 })
    expect(await ratings.save([at(1500, 5)])).toEqual({ inserted: 0, updated: 0, unchanged: 1 })
    expect(await ratings.of('later')).toEqual([{ itemId: 'a', value: 2 }])
    expect(await ratings.save([at(2000, 3)])).toEqual({ inserted: 0, updated: 1, unchanged: 0 })
    expect(await ratings.save([at(2000, 3)])).toEqual({ inserted: 0, updated: 0, unchanged: 1 })
    expect(await ratings.of('later')).toEqual([{ itemId: 'a', value: 3 }])
  })

  test('without a time a rating is of now, and wins over one that has none', async () => {
    await database.sql`insert into ratings (user_id, item_id, value) values ('u', 'NULL', 1)`
    await ratings.save([{ userId: 'u', itemId: 'NULL', value: 5 }])
    const [row] = await database.sql`
      select value, abs(extract(epoch from now() - rated_at)) < 60 as is_now
      from ratings where user_id = 'u' and item_id = 'NULL'`
    expect(row).toEqual({ value: 5, is_now: true })
  })

  test('without a time it replaces what came before, even after the clock was set back', async () => {
    await database.sql`
      insert into ratings (user_id, item_id, value, rated_at) values ('u', 'a/b', 1, now() + interval '1 hour')`
    expect(await ratings.save([{ userId: 'u', itemId: 'a/b', value: 5 }])).toMatchObject({ updated: 1 })
    const [row] = await database.sql`
      select value, rated_at < now() + interval '1 minute' as is_now from ratings
      where user_id = 'u' and item_id = 'a/b'`
    expect(row).toEqual({ value: 5, is_now: true })
    const later = { userId: 'u', itemId: 'a/b', time: Date.now() / 1000 + 600 }
    await ratings.save([
      { ...later, value: 2 },
      { userId: 'u', itemId: 'a/b', value: 3 },
    ])
    expect(await ratings.of('u')).toContainEqual({ itemId: 'a/b', value: 3 })
  })

  test('leaves titles and attributes of known items alone', async () => {
    await database.sql`insert into items (id, title, attributes) values ('film', 'A Film', '{"year": 1999}')`
    await ratings.save([{ userId: 'u', itemId: 'film', value: 3 }])
    expect(await database.sql`select title, attributes from items where id = 'film'`).toEqual([
      { title: 'A Film', attributes: { year: 1999 } },
    ])
  })

  test('saves all or nothing', async () => {
    const given = [
      { userId: 'whole', itemId: 'a', value: 1 },
      { userId: 'whole', itemId: 'b', value: Number.POSITIVE_INFINITY },
    ]
    await expect(ratings.save(given)).rejects.toThrow()
    expect(await ratings.of('whole')).toEqual([])
  })

  test('takes more ratings than a statement has parameters', async () => {
    const given = Array.from({ length: 70_000 }, (_, n) => ({ userId: 'many', itemId: `m${n}`, value: 1 }))
    expect(await ratings.save(given)).toEqual({ inserted: 70_000, updated: 0, unchanged: 0 })
  })

  test('many at once for the same users and items, in any order, end well', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `together${n}`)
    const given = ids.flatMap((userId) => ids.map((itemId) => ({ userId, itemId, value: 1 })))
    const savers = Array.from({ length: 8 }, (_, n) => ratings.save(n % 2 ? given : given.toReversed()))
    const erasers = ids.map((id) => ratings.erase(id))
    const saved = await Promise.all(savers)
    await Promise.all(erasers)
    expect(saved.every(({ inserted, updated, unchanged }) => inserted + updated + unchanged === 400)).toBe(
      true,
    )
  })
})

describe('saving events', () => {
  const events: Required<RatingEvent>[] = [
    { kind: 'view', value: 3, time: 6000 },
    { kind: 'purchase', value: 4, time: 5000 },
    { kind: 'view', value: 2, time: 1000 },
    { kind: 'dislike', value: 1, time: 3000 },
    { kind: 'like', value: 5, time: 2000 },
    { kind: 'rating', value: 2.5, time: 2500 },
  ].map((event) => ({ userId: 'u', itemId: 'i', ...event }) as Required<RatingEvent>)
  const stored = async (userId: string) => {
    const [row] = await database.sql`
      select kind, value, extract(epoch from rated_at)::int as time from ratings where user_id = ${userId}`
    return row
  }

  test('keeps the strongest kind, and of equally strong ones the latest', async () => {
    const asTold = async (userId: string, ...places: number[]) => {
      for (const place of places) await ratings.save([{ ...events[place]!, userId }])
      return stored(userId)
    }
    expect(await asTold('views', 2, 0)).toEqual({ kind: 'view', value: 3, time: 6000 })
    expect(await asTold('buys', 1, 0)).toEqual({ kind: 'purchase', value: 4, time: 5000 })
    expect(await asTold('changes-mind', 4, 3)).toEqual({ kind: 'dislike', value: 1, time: 3000 })
    expect(await asTold('rates-what-is-bought', 1, 5)).toEqual({ kind: 'rating', value: 2.5, time: 2500 })
  })

  test('leaves the same in whatever order they come, at once or one by one, and however often', async () => {
    let n = 0
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(events, { minLength: 1 }),
        fc.shuffledSubarray(events),
        async (order, again) => {
          const [together, apart] = [`together ${n}`, `apart ${n++}`]
          await ratings.save([...order, ...again, ...order].map((event) => ({ ...event, userId: together })))
          for (const event of [...again, ...order]) await ratings.save([{ ...event, userId: apart }])
          const subset = events.filter((event) => order.includes(event) || again.includes(event))
          const best = subset.sort((a, b) => strengthOf(b.kind) - strengthOf(a.kind) || b.time - a.time)[0]!
          const expected = { kind: best.kind, value: best.value, time: best.time }
          expect(await stored(together)).toEqual(expected)
          expect(await stored(apart)).toEqual(expected)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('counts an event that says nothing new as unchanged', async () => {
    const view = { userId: 'again', itemId: 'i', value: 3, time: 10, kind: 'view' } as const
    expect(await ratings.save([view])).toEqual({ inserted: 1, updated: 0, unchanged: 0 })
    expect(await ratings.save([view])).toEqual({ inserted: 0, updated: 0, unchanged: 1 })
    expect(await ratings.save([{ ...view, kind: 'purchase', time: 5 }])).toMatchObject({ updated: 1 })
    expect(await ratings.save([{ ...view, time: 99 }])).toMatchObject({ unchanged: 1 })
  })
})

describe('erasing', () => {
  test('removes the user with all ratings and leaves all other users', async () => {
    await ratings.save([
      { userId: 'gone', itemId: 'a', value: 1 },
      { userId: 'gone', itemId: 'b', value: 1 },
      { userId: 'stays', itemId: 'a', value: 1 },
    ])
    expect(await ratings.erase('gone')).toEqual({ ratings: 2, retractions: 0 })
    expect(await ratings.of('gone')).toEqual([])
    expect(await database.sql`select id from users where id in ('gone', 'stays')`).toEqual([{ id: 'stays' }])
    expect(await ratings.of('stays')).toHaveLength(1)
  })

  test('a user is erased once', async () => {
    expect(await ratings.erase('gone')).toEqual({ ratings: 0, retractions: 0 })
  })
})
