import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestApp, post } from './test-app.ts'

const { app, database, train, ratings } = await createTestApp()

beforeAll(async () => {
  await train()
})

beforeEach(() => database.sql`truncate users, items, deleted_items cascade`)
afterEach(() => vi.useRealTimers())

const send = async (path: string, init?: RequestInit) => {
  const response = await app.request(path, init)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const put = (itemId: string, body: unknown) =>
  send(`/items/${encodeURIComponent(itemId)}`, { ...post(body), method: 'PUT' })
const remove = (path: string) => send(path, { method: 'DELETE' })

const plain = { title: null, attributes: {}, hidden: false, availableFrom: null, availableUntil: null }

describe('an item', () => {
  test('is stored as it was sent, and found by its id, whatever that is', async () => {
    for (const itemId of ['a', "o'b/c?%", '💿', ' x ', '__proto__']) {
      const item = {
        title: `"${itemId}"\n\\`,
        attributes: {
          genres: ['A\\b', '"', 'ü'],
          year: 1995.5,
          'is new': true,
          constructor: 'x',
          none: null,
        },
        hidden: true,
        availableFrom: '2026-01-02T03:04:05.678Z',
        availableUntil: '9999-12-31T23:59:59.999Z',
      }
      const stored = { status: 200, body: { itemId, ...item } }
      expect(await put(itemId, item)).toEqual(stored)
      expect(await send(`/items/${encodeURIComponent(itemId)}`)).toEqual(stored)
    }
  })

  test('keeps the fields that a change omits, and loses those that are null', async () => {
    await put('a', { title: 'A', attributes: { year: 1995 }, hidden: true, availableUntil: '2030-01-01' })
    expect((await put('a', { attributes: { genres: ['B'] } })).body).toEqual({
      ...plain,
      itemId: 'a',
      title: 'A',
      attributes: { genres: ['B'] },
      hidden: true,
      availableUntil: '2030-01-01T00:00:00.000Z',
    })
    expect((await put('a', { title: null, hidden: false, availableUntil: null })).body).toEqual({
      ...plain,
      itemId: 'a',
      attributes: { genres: ['B'] },
    })
    expect((await put('new', {})).body).toEqual({ ...plain, itemId: 'new' })
  })

  test('that is unknown is a 404, also to delete', async () => {
    const unknown = {
      status: 404,
      body: expect.objectContaining({ type: 'urn:problem-type:palate:unknown-item' }),
    }
    expect(await send('/items/nowhere')).toMatchObject(unknown)
    expect(await remove('/items/nowhere')).toMatchObject(unknown)
  })

  test('is deleted unless it has ratings, also ratings in quarantine', async () => {
    await put('a', { title: 'A' })
    expect(await remove('/items/a')).toEqual({ status: 200, body: { itemId: 'a' } })
    expect((await send('/items/a')).status).toBe(404)

    await ratings.save([{ userId: 'u', itemId: 'a', value: 4 }])
    expect(await remove('/items/a')).toMatchObject({
      status: 409,
      body: { type: 'urn:problem-type:palate:rated-item', detail: expect.stringContaining('"hidden": true') },
    })
    await database.sql`
      with moved as (delete from ratings returning *)
      insert into rating_history (user_id, item_id, value, kind, timed_by_server, batch_id, arrival)
      select user_id, item_id, value, kind, timed_by_server, batch_id, arrival from moved`
    expect((await remove('/items/a')).status).toBe(409)
    expect((await send('/items/a')).status).toBe(200)
  })
})

describe('many items', () => {
  test('are saved all or none, the later change of one item last', async () => {
    await put('kept', { title: 'K', hidden: true })
    const items = [
      { itemId: 'kept', attributes: { n: 1 } },
      { itemId: 'new', title: 'N', hidden: true },
      { itemId: 'new', hidden: false },
      { itemId: 'bare' },
    ]
    expect(await send('/items', post(items))).toEqual({
      status: 200,
      body: { inserted: 2, updated: 1, unchanged: 1 },
    })
    expect(await send('/items', post(items))).toMatchObject({
      body: { inserted: 0, updated: 0, unchanged: 4 },
    })
    expect((await send('/items')).body.items).toEqual([
      { ...plain, itemId: 'bare' },
      { ...plain, itemId: 'kept', title: 'K', hidden: true, attributes: { n: 1 } },
      { ...plain, itemId: 'new', title: 'N' },
    ])
    expect((await send('/items', post([{ itemId: 'x' }, { itemId: 'y', title: '' }]))).status).toBe(400)
    expect((await send('/items/x')).status).toBe(404)
  })

  test('saved at the same time in opposite orders are all saved', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => `i${n}`)
    const change = (order: readonly string[], title: string) =>
      send('/items', post(order.map((itemId) => ({ itemId, title }))))
    for (const title of ['A', 'B', 'C']) {
      const saved = await Promise.all([change(ids, title), change(ids.toReversed(), `${title}2`)])
      expect(saved.map(({ status }) => status)).toEqual([200, 200])
    }
    expect(await database.sql`select count(*) from items where title like 'C%'`).toEqual([{ count: 300 }])
  })

  test.each([
    [{ title: 5 }, '/title'],
    [{ title: '\0' }, '/title'],
    [{ title: 'x'.repeat(2001) }, '/title'],
    [{ attributes: { nested: { a: 1 } } }, '/attributes/nested'],
    [{ attributes: { text: '\0' } }, '/attributes'],
    [{ attributes: { ['n'.repeat(257)]: 1 } }, '/attributes'],
    [{ attributes: { '': 1 } }, '/attributes'],
    [{ attributes: { long: 'x'.repeat(65_536) } }, '/attributes'],
    [{ hidden: 'yes' }, '/hidden'],
    [{ availableFrom: 'tomorrow' }, '/availableFrom'],
    [{ availableUntil: 253402300800000 }, '/availableUntil'],
    [{ availableFrom: '2026-02-01', availableUntil: '2026-02-01' }, '/availableUntil'],
    [{ genre: 'x' }, ''],
  ])('a flawed item is refused with the path of the flaw, case %#', async (item, at) => {
    const refused = await put('a', item)
    expect(refused.status).toBe(400)
    expect(refused.body.errors).toEqual([expect.objectContaining({ in: 'body', at })])
    const among = await send('/items', post([{ itemId: 'ok' }, { itemId: 'a', ...item }]))
    expect(among.body.errors).toEqual([expect.objectContaining({ at: `/1${at}` })])
  })
})

describe('the list of items', () => {
  test('has every item once over its pages, also while items are added', async () => {
    const ids = Array.from({ length: 25 }, (_, n) => `i${String(n).padStart(2, '0')}`)
    await send('/items', post(ids.map((itemId, n) => ({ itemId, attributes: { n } }))))
    const seen: string[] = []
    let path: string | undefined = '/items?limit=10'
    while (path) {
      const response = await app.request(path)
      const { items, nextCursor } = (await response.json()) as {
        items: { itemId: string }[]
        nextCursor: string | null
      }
      seen.push(...items.map(({ itemId }) => itemId))
      await put('i000', {})
      const link = /^<(.*)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1]
      expect(link === undefined).toBe(nextCursor === null)
      path = link && new URL(link, `http://localhost${path}`).pathname + link
    }
    expect(seen).toEqual(ids)
  })

  test('continues after an id that only SQL can have stored', async () => {
    const ids = ['.', '..', 'x'.repeat(900), 'y']
    for (const id of ids) await database.sql`insert into items (id) values (${id})`
    let cursor = ''
    for (const [n, id] of ids.entries()) {
      const { body } = await send(`/items?limit=1${cursor}`)
      expect(body.items, `page ${n}`).toMatchObject([{ itemId: id }])
      cursor = `&cursor=${body.nextCursor}`
    }
  })

  test('is filtered as recommendations are, by columns too, and items without metadata count', async () => {
    await ratings.save([{ userId: 'u', itemId: 'bare', value: 4 }])
    await send(
      '/items',
      post([
        { itemId: 'old', attributes: { genres: ['Comedy', 'Drama'], year: 1950 } },
        { itemId: 'new', title: 'New', attributes: { genres: ['Comedy'], year: 2000 }, hidden: true },
        { itemId: 'soon', availableFrom: '2999-01-01' },
      ]),
    )
    const matching = async (filter: string) =>
      ((await send(`/items?filter=${encodeURIComponent(filter)}`)).body.items as { itemId: string }[]).map(
        ({ itemId }) => itemId,
      )
    expect(await matching('genre = "Comedy" and year >= 1990')).toEqual(['new'])
    expect(await matching('hidden = true')).toEqual(['new'])
    expect(await matching('hidden = false and not genre = "Comedy"')).toEqual(['bare', 'soon'])
    expect(await matching('availableFrom > "2998"')).toEqual(['soon'])
    expect(await matching('title = "New" or id = "bare"')).toEqual(['bare', 'new'])
  })

  test('stops after 20,000 items without a match, with a cursor for the next page', async () => {
    await database.sql`
      insert into items (id, attributes)
      select 'n' || to_char(n, 'FM000000'), jsonb_build_object('rare', n = 20500) from generate_series(1, 21000) n`
    const first = await send('/items?filter=rare%20%3D%20true')
    expect(first.body.items).toEqual([])
    const second = await send(`/items?filter=rare%20%3D%20true&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ itemId: 'n020500' }], nextCursor: null })
  })

  test.each(['nonsense', 'bnVsbA', ''])('refuses the cursor "%s"', async (cursor) => {
    expect(await send(`/items?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'query', at: 'cursor' }] },
    })
  })
})

describe('an item that is not available', () => {
  /** The ids in all lists that a service gives. */
  async function listedEverywhere(): Promise<string[][]> {
    const history = [{ itemId: 'a', value: 5 }]
    const member = { history }
    const option = { excludeSeen: false, k: 10 }
    const idsOf = (items: unknown) => (items as { itemId: string }[]).map(({ itemId }) => itemId).sort()
    const users = await send('/recommend/batch', post({ userIds: ['u', 'unknown'], ...option }))
    const between = await send('/interpolate', post({ from: member, to: member, steps: 2, ...option }))
    const lists = await Promise.all([
      send('/recommend/u?excludeSeen=false'),
      send('/recommend/unknown'),
      send('/recommend', post({ history, ...option })),
      send('/recommend', post({ history: [], ...option })),
      send('/recommend', post({ history, ...option, popularityPenalty: 1 })),
      send('/recommend', post({ history, ...option, diversity: 0.5 })),
      ...[1, 2, 3, 4, 5].map((seed) => send('/recommend', post({ history, ...option, explore: { seed } }))),
      send('/recommend', post({ history, ...option, include: ['a', 'b', 'c', 'd'] })),
      send('/recommend', post({ history, ...option, filter: 'id != "nothing"' })),
      send('/blend', post({ members: [member, member], ...option })),
      send('/blend', post({ members: [member, member], blend: 'least-misery', ...option })),
      send('/items/a/similar'),
    ])
    for (const { status, body } of [users, between, ...lists]) expect(status, JSON.stringify(body)).toBe(200)
    return [
      ...(users.body.users as { items: unknown }[]).map(({ items }) => idsOf(items)),
      ...(between.body.lists as { items: unknown }[]).map(({ items }) => idsOf(items)),
      ...lists.map(({ body }) => idsOf(body.items)),
    ]
  }

  /** Whether all lists have the item, and whether one has it. */
  async function isListed(itemId: string): Promise<{ everywhere: boolean; anywhere: boolean }> {
    const lists = await listedEverywhere()
    const has = lists.map((list) => list.includes(itemId))
    expect(lists.every((list) => list.length >= 2)).toBe(true)
    return { everywhere: has.every(Boolean), anywhere: has.some(Boolean) }
  }
  const listed = { everywhere: true, anywhere: true }
  const nowhere = { everywhere: false, anywhere: false }

  beforeEach(() => ratings.save([{ userId: 'u', itemId: 'a', value: 5 }]))

  test('is in no list from the next response on, until it is available again', async () => {
    expect(await isListed('b')).toEqual(listed)
    await put('b', { hidden: true })
    expect(await isListed('b')).toEqual(nowhere)
    await put('b', { title: 'B' })
    expect(await isListed('b')).toEqual(nowhere)
    await send('/items', post({ itemId: 'b', hidden: false }))
    expect(await isListed('b')).toEqual(listed)
  })

  test('appears and disappears at its dates, without an event', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-06-01T00:00:00Z') })
    await put('b', { availableFrom: '2026-06-02', availableUntil: '2026-06-03' })
    const at = async (time: string) => {
      vi.setSystemTime(new Date(time))
      return isListed('b')
    }
    expect(await at('2026-06-01T23:59:59.999Z')).toEqual(nowhere)
    expect(await at('2026-06-02T00:00:00.000Z')).toEqual(listed)
    expect(await at('2026-06-02T23:59:59.999Z')).toEqual(listed)
    expect(await at('2026-06-03T00:00:00.000Z')).toEqual(nowhere)
  })

  test('is explained as unavailable, and scored on request', async () => {
    await put('b', { hidden: true })
    const { body } = await send('/recommend/u/explain/b')
    expect(body).toMatchObject({ leftOut: 'unavailable', rank: null })
    const scored = await send('/score', post({ subject: { userId: 'u' }, items: ['b'] }))
    expect(scored.body.scores).toEqual([{ itemId: 'b', score: expect.any(Number) }])
  })

  test('may be one that was deleted, until it exists again', async () => {
    await put('b', {})
    await remove('/items/b')
    expect(await isListed('b')).toEqual(nowhere)
    await put('b', {})
    expect(await isListed('b')).toEqual(listed)
  })
})
