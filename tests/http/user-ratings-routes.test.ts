import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createPostgresBatches } from '../../src/ratings/postgres-batches.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import type { RatingEvent } from '../../src/ratings/rating.ts'
import { createTestApp, post } from './test-app.ts'

const { app, database, train } = await createTestApp()
const { sql } = database
const batches = createPostgresBatches(database)

beforeAll(async () => {
  await train()
})
beforeEach(() => sql`truncate users, items cascade`)

const send = async (path: string, init?: RequestInit) => {
  const response = await app.request(path, init)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const rate = (rating: object) => send('/ratings', post(rating))
const retract = (userId: string, itemId: string) =>
  send(`/users/${encodeURIComponent(userId)}/ratings/${encodeURIComponent(itemId)}`, { method: 'DELETE' })
const ratingsOf = async (userId: string, query = '') =>
  (await send(`/users/${encodeURIComponent(userId)}/ratings${query}`)).body.ratings as {
    itemId: string
    kind: string
    value: number | null
    isCurrent?: boolean
  }[]
const summary = async (userId: string) =>
  (await ratingsOf(userId)).map(({ itemId, value }) => `${itemId} ${value}`)

function importOf(ratings: readonly RatingEvent[], beforeEnd: () => Promise<unknown> = async () => {}) {
  return importRatings(sql, {
    name: 'test',
    malformed: { count: 0 },
    async *ratings() {
      yield ratings
      await beforeEnd()
    },
    async *items() {},
  } as never)
}

const longAgo = 1_000_000_000

describe('the ratings of a user', () => {
  test('are listed with titles, kinds and times, in pages', async () => {
    await rate([
      { userId: 'u', itemId: 'b', value: 4.5, time: longAgo },
      { userId: 'u', itemId: 'a', kind: 'purchase', time: longAgo + 0.5 },
      { userId: 'other', itemId: 'a', value: 1 },
    ])
    await importOf([{ userId: 'u', itemId: 'c', value: 2 }])
    await sql`update items set title = 'B' where id = 'b'`
    const a = { itemId: 'a', title: null, value: 4, kind: 'purchase', time: '2001-09-09T01:46:40.500Z' }
    const b = { itemId: 'b', title: 'B', value: 4.5, kind: 'rating', time: '2001-09-09T01:46:40.000Z' }
    const c = { itemId: 'c', title: null, value: 2, kind: 'rating', time: null }
    expect(await send('/users/u/ratings')).toEqual({
      status: 200,
      body: { userId: 'u', ratings: [a, b, c], nextCursor: null },
    })
    const first = await send('/users/u/ratings?limit=2')
    expect(first.body.ratings).toEqual([a, b])
    expect(await send(`/users/u/ratings?limit=2&cursor=${first.body.nextCursor}`)).toMatchObject({
      body: { ratings: [c], nextCursor: null },
    })
    expect(await ratingsOf('unknown')).toEqual([])
    expect((await send('/users/u/ratings?cursor=WzFd')).status).toBe(400)
  })

  test('continue after an item that only SQL can have stored', async () => {
    await sql`insert into users (id) values ('u')`
    for (const itemId of ['.', 'a']) {
      await sql`insert into items (id) values (${itemId})`
      await sql`insert into ratings (user_id, item_id, value) values ('u', ${itemId}, 3)`
    }
    for (const events of [false, true]) {
      const query = `?limit=1&events=${events}`
      const { nextCursor } = (await send(`/users/u/ratings${query}`)).body
      expect(await ratingsOf('u', `${query}&cursor=${nextCursor}`)).toMatchObject([{ itemId: 'a' }])
    }
  })

  test('include every event on request, in the order of arrival, in pages', async () => {
    for (const value of [1, 5, 3]) await rate({ userId: 'u', itemId: 'a', value, time: longAgo + value })
    await rate({ userId: 'u', itemId: 'a', kind: 'view' })
    await rate({ userId: 'u', itemId: 'b', value: 2, time: longAgo })
    await retract('u', 'c')
    const all = await ratingsOf('u', '?events=true')
    expect(all.map(({ itemId, kind, value, isCurrent }) => [itemId, kind, value, isCurrent])).toEqual([
      ['a', 'rating', 1, false],
      ['a', 'rating', 5, true],
      ['a', 'rating', 3, false],
      ['a', 'view', 3, false],
      ['b', 'rating', 2, true],
      ['c', 'retraction', null, false],
    ])
    const paged: unknown[] = []
    for (let cursor: unknown = ''; cursor !== null; ) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await send(`/users/u/ratings?events=true&limit=2${query}`)
      paged.push(...(body.ratings as unknown[]))
      cursor = body.nextCursor
    }
    expect(paged).toEqual(all)
  })
})

describe('a retraction', () => {
  test('is followed by the next recommendation, and repeated without effect', async () => {
    await rate([
      { userId: 'u', itemId: 'a', value: 5 },
      { userId: 'u', itemId: 'd', value: 1 },
    ])
    const historySize = async () => (await send('/recommend/u')).body.historySize
    expect(await historySize()).toBe(2)
    const retracted = { userId: 'u', itemId: 'a', hadRating: true }
    expect(await retract('u', 'a')).toEqual({ status: 200, body: retracted })
    expect(await historySize()).toBe(1)
    expect(await summary('u')).toEqual(['d 1'])
    expect((await retract('u', 'a')).body).toEqual({ ...retracted, hadRating: false })
    expect((await retract('unknown', 'a')).body).toMatchObject({ hadRating: false })
    expect(await sql`select user_id, item_id from retractions`).toEqual([{ user_id: 'u', item_id: 'a' }])
  })

  test('leaves nothing of the rating and of what it had replaced', async () => {
    for (const value of [1, 2, 3]) await rate({ userId: 'u', itemId: 'a', value })
    await retract('u', 'a')
    expect(await ratingsOf('u', '?events=true')).toEqual([
      expect.objectContaining({ itemId: 'a', kind: 'retraction', value: null }),
    ])
  })

  test('holds against what arrives later with an earlier time, or in a file without times', async () => {
    const stored = [
      { userId: 'u', itemId: 'a', value: 5, time: longAgo },
      { userId: 'u', itemId: 'b', value: 5 },
      // ahead of the clock
      { userId: 'u', itemId: 'c', value: 5, time: Date.now() / 1000 + 3600 },
    ]
    await importOf(stored)
    for (const { itemId } of stored) expect((await retract('u', itemId)).body.hadRating).toBe(true)
    const again = await importOf(stored)
    expect(again).toMatchObject({ inserted: 0, updated: 0, unchanged: 3 })
    for (const rating of stored.filter(({ time }) => time !== undefined)) await rate(rating)
    expect(await summary('u')).toEqual([])
    expect((await ratingsOf('u', '?events=true')).map(({ kind }) => kind)).toEqual(
      stored.map(() => 'retraction'),
    )
  })

  test('gives way to what is rated later: posted without a time, or with a later one in any way', async () => {
    await rate(['a', 'b', 'c'].map((itemId) => ({ userId: 'u', itemId, value: 5, time: longAgo })))
    for (const itemId of ['a', 'b', 'c']) await retract('u', itemId)
    const soon = Date.now() / 1000 + 60
    await rate({ userId: 'u', itemId: 'a', value: 1 })
    await rate({ userId: 'u', itemId: 'b', value: 2, time: soon })
    await importOf([
      { userId: 'u', itemId: 'c', value: 3, time: soon },
      { userId: 'u', itemId: 'a', value: 5, time: longAgo },
    ])
    expect(await summary('u')).toEqual(['a 1', 'b 2', 'c 3'])
  })

  test('is not undone when the batch of a rating is quarantined and released', async () => {
    const { batch } = await importOf([{ userId: 'u', itemId: 'a', value: 5, time: longAgo }])
    await batches.quarantine(batch, 'a test')
    await retract('u', 'a')
    await batches.release(batch)
    expect(await summary('u')).toEqual([])
    const later = await importOf([{ userId: 'u', itemId: 'a', value: 4, time: Date.now() / 1000 + 60 }])
    await batches.undo(later.batch, 'a test')
    expect(await summary('u')).toEqual([])
  })

  test('holds against an import that has already read the rating', async () => {
    const old = { userId: 'u', itemId: 'a', value: 5, time: longAgo }
    await importOf([old])
    await importOf([old, { ...old, value: 4, time: longAgo + 1 }, { ...old, itemId: 'b' }], () =>
      Promise.all([retract('u', 'a'), retract('u', 'b')]),
    )
    expect(await ratingsOf('u', '?events=true')).toMatchObject([
      { itemId: 'a', kind: 'retraction' },
      { itemId: 'b', kind: 'retraction' },
    ])
  })

  test('voids the stronger of two events only, if the weaker one is from after it', async () => {
    const purchase = { userId: 'u', kind: 'purchase', value: 4, time: longAgo }
    const view = { userId: 'u', kind: 'view', value: 3 }
    const items = ['imported', 'posted', 'without a time']
    await rate(items.map((itemId) => ({ ...purchase, itemId })))
    for (const itemId of items) await retract('u', itemId)
    const time = Date.now() / 1000 + 60
    const both = (itemId: string, later: object) => [
      { ...purchase, itemId },
      { ...view, itemId, ...later },
    ]
    expect(await importOf(both('imported', { time }))).toMatchObject({
      ratings: 2,
      inserted: 1,
      unchanged: 0,
    })
    const body = [...both('posted', { time }), ...both('without a time', {})]
    expect((await rate(body)).body).toMatchObject({ inserted: 2, unchanged: 2 })
    expect(await summary('u')).toEqual(items.map((itemId) => `${itemId} 3`))
  })

  test('does not let an import delete what was posted since', async () => {
    // ahead of the clock, and so is its retraction
    await rate({ userId: 'u', itemId: 'a', value: 5, time: Date.now() / 1000 + 3600 })
    await importOf([{ userId: 'u', itemId: 'b', value: 5, time: longAgo }], async () => {
      await retract('u', 'a')
      await rate({ userId: 'u', itemId: 'a', value: 2 })
    })
    expect(await summary('u')).toEqual(['a 2', 'b 5'])
  })

  test('while an import is writing the same rating ends well', async () => {
    const many = Array.from({ length: 3000 }, (_, n) => ({
      userId: 'u',
      itemId: `i${n}`,
      value: 5,
      time: longAgo,
    }))
    await importOf(many)
    const updated = many.map((rating) => ({ ...rating, value: 4, time: longAgo + 1 }))
    const [report, ...retracted] = await Promise.all([
      importOf(updated),
      ...many.slice(0, 40).map(({ itemId }) => retract('u', itemId)),
    ])
    expect(report.ratings).toBe(3000)
    expect(retracted.map(({ status }) => status)).toEqual(retracted.map(() => 200))
    const [{ count }] = await sql<[{ count: number }]>`select count(*) from ratings where user_id = 'u'`
    expect(count).toBe(2960)
  })

  test('is erased with the user, and named in the receipt', async () => {
    await rate(['a', 'b'].map((itemId) => ({ userId: 'u', itemId, value: 5 })))
    await retract('u', 'a')
    expect((await send('/users/u', { method: 'DELETE' })).body).toMatchObject({
      erasedRatings: 1,
      erasedRetractions: 1,
    })
    expect(await sql`select from retractions`).toHaveLength(0)
  })
})

test.each(['.', '..', 'x'.repeat(900), "o'b/c", '\\'])(
  'a stored user %j is erased by POST /erasures',
  async (userId) => {
    await sql`insert into users (id) values (${userId})`
    await sql`insert into items (id) values ('a')`
    await sql`insert into ratings (user_id, item_id, value) values (${userId}, 'a', 3)`
    const { status, body } = await send('/erasures', post({ userId }))
    expect([status, body.userId, body.erasedRatings]).toEqual([200, userId, 1])
    expect(await sql`select from users`).toHaveLength(0)
  },
)
