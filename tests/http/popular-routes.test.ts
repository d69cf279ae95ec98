import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPostgresTrends } from '../../src/ratings/postgres-trends.ts'
import { createTestApp, post } from './test-app.ts'

const { app, database, train, ratings } = await createTestApp()
const { sql } = database

beforeAll(async () => {
  await train()
})

const send = async (path: string, init?: RequestInit) => {
  const response = await app.request(path, init)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const idsAt = async (path: string) =>
  ((await send(path)).body.items as { itemId: string }[]).map(({ itemId }) => itemId)
const filtered = (filter: string) => `filter=${encodeURIComponent(filter)}`

beforeEach(async () => {
  await sql`truncate users, items, deleted_items cascade`
  await sql`
    insert into items (id, title, attributes)
    values ('a', 'A', '{"year": 1990}'), ('b', null, '{"year": 2000}'), ('new', 'N', '{"year": 2020}')`
})
afterEach(() => vi.useRealTimers())

describe('GET /popular', () => {
  test('lists items as for an unknown user, with the same options', async () => {
    const popular = await send('/popular')
    const unknown = await send('/recommend/unknown')
    expect(popular).toEqual({
      status: 200,
      body: { model: unknown.body.model, items: unknown.body.items },
    })
    expect(popular.body.items).toEqual([
      { itemId: 'c', title: null, score: 4 },
      { itemId: 'a', title: 'A', score: 3 },
      { itemId: 'd', title: null, score: 2 },
      { itemId: 'b', title: null, score: 1 },
    ])
    expect(await idsAt('/popular?k=1')).toEqual(['c'])
    expect(await idsAt('/popular?exclude=c,d')).toEqual(['a', 'b'])
    expect(await idsAt('/popular?include=b,d,new')).toEqual(['d', 'b'])
    expect(await idsAt(`/popular?${filtered('year >= 1995')}`)).toEqual(['b'])
    await send('/items/c', { ...post({ hidden: true }), method: 'PUT' })
    expect(await idsAt('/popular')).toEqual(['a', 'd', 'b'])
    await send('/items/c', { ...post({ hidden: false }), method: 'PUT' })
    expect((await send('/popular?model=none')).status).toBe(404)
    expect((await send('/popular?explore=true')).status).toBe(400)
  })
})

describe('GET /trending', () => {
  const now = new Date('2026-06-30T12:00:00Z')
  const daysAgo = (days: number) => now.getTime() / 1000 - days * 86_400
  // each call sees another time, so that no counts are kept from another test
  let clock = now.getTime()

  beforeEach(() => {
    clock += 6000
    vi.useFakeTimers({ toFake: ['Date'], now: clock })
  })

  /** Gives an item `count` ratings by as many users, `days` before now. */
  const rate = (itemId: string, days: number, count: number, value = 5) =>
    ratings.save(
      Array.from({ length: count }, (_, n) => ({
        userId: `${itemId} ${days} ${n}`,
        itemId,
        value,
        time: daysAgo(days),
      })),
    )

  test('ranks by the increase against the window before, and knows items that no model knows', async () => {
    await rate('a', 1, 9)
    await rate('a', 10, 9)
    await rate('b', 1, 8)
    await rate('b', 8, 2)
    await rate('new', 2, 4)
    await rate('c', 9, 20)
    await rate('d', 15, 3)
    const trending = await send('/trending')
    expect(trending.body).toEqual({
      model: { name: 'projection', version: 1 },
      from: new Date(clock - 7 * 86_400_000).toISOString(),
      until: new Date(clock).toISOString(),
      items: [
        { itemId: 'new', title: 'N', score: 2, count: 4, countBefore: 0 },
        { itemId: 'b', title: null, score: 6 / Math.sqrt(10), count: 8, countBefore: 2 },
        { itemId: 'a', title: 'A', score: 0, count: 9, countBefore: 9 },
      ],
    })
    expect(await idsAt('/trending?window=36h')).toEqual(['a', 'b'])
    expect(await idsAt('/trending?window=30d')).toEqual(['c', 'a', 'b', 'new', 'd'])
    expect(await idsAt('/trending?k=2')).toEqual(['new', 'b'])
    expect(await idsAt('/trending?exclude=new')).toEqual(['b', 'a'])
    expect(await idsAt('/trending?include=a,new')).toEqual(['new', 'a'])
    expect(await idsAt(`/trending?${filtered('year < 2020 and not title = "A"')}`)).toEqual(['b'])
    await send('/items/new', { ...post({ availableFrom: '2026-07-01' }), method: 'PUT' })
    expect(await idsAt('/trending')).toEqual(['b', 'a'])
  })

  test('has the ratings of the last seconds, but not those ahead of the clock', async () => {
    await rate('a', 1, 2)
    expect(await idsAt('/trending')).toEqual(['a'])
    await ratings.save([1, 2, 3].map((n) => ({ userId: `late ${n}`, itemId: 'b', value: 5 })))
    await ratings.save(
      [1, 2].map((n) => ({ userId: `ahead ${n}`, itemId: 'new', value: 5, time: daysAgo(-0.5) })),
    )
    vi.setSystemTime(clock + 5000)
    expect(await idsAt('/trending')).toEqual(['b', 'a'])
    clock += 6000
  })

  test.each(['0d', '7', '91d', '2161h', '7w', '1.5d', ''])('refuses the window "%s"', async (window) => {
    expect(await send(`/trending?window=${window}`)).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'query', at: 'window' }] },
    })
  })
})

test('only positive interactions count, and requests at the same time share one query', async () => {
  const trends = createPostgresTrends(sql)
  const time = Date.now() / 1000 - 60
  // the second is 3.5 as a 32-bit float
  const values = [3.49999, 3.49999999, 3.5, 4]
  await ratings.save(values.map((value, n) => ({ userId: `u${n}`, itemId: 'a', value, time })))
  const query = { windowSeconds: 3600, positiveThreshold: 3.5 }
  const [one, other] = await Promise.all([trends.of(query), trends.of(query)])
  expect(one).toBe(other)
  expect(await trends.of(query)).toBe(one)
  expect(one.items).toMatchObject([{ itemId: 'a', count: 3, countBefore: 0 }])
  const all = await trends.of({ ...query, positiveThreshold: undefined })
  expect(all.items).toMatchObject([{ itemId: 'a', count: 4 }])
})

test('the trend of a week does not read all ratings', async () => {
  await sql`insert into users (id) select 'u' || n from generate_series(1, 20000) n`
  await sql`
    insert into ratings (user_id, item_id, value, rated_at)
    select 'u' || n, 'a', 5, now() - make_interval(mins => n * 60) from generate_series(1, 20000) n`
  const plan = await sql.begin(async (transaction) => {
    await transaction`analyze ratings`
    // the alternative while no vacuum has marked the pages of the table
    await transaction`set local enable_bitmapscan = off`
    return transaction`
      explain select item_id, count(*) from ratings
      where rated_at > now() - interval '14 days' and rated_at <= now() and value >= 4 group by item_id`.values()
  })
  expect(plan.flat().join('\n')).toContain('Index Only Scan using ratings_by_time')
})
