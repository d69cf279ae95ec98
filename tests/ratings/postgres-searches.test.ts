import { beforeAll, describe, expect, test } from 'vitest'
import { readItemRatings } from '../../src/ratings/postgres-item-ratings.ts'
import { findItems, positionOf } from '../../src/ratings/postgres-item-search.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { findUsers, maxCounted } from '../../src/ratings/postgres-user-search.ts'
import {
  readTimeline,
  summarizeRatings,
  type TimelinePosition,
} from '../../src/ratings/postgres-user-timeline.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()
const { sql } = database

describe('the search for items', () => {
  const titles: Readonly<Record<string, string | null>> = {
    '1': 'Star Wars: Episode IV (1977)',
    '2': 'Star Trek',
    '3': 'Lone Star (1996)',
    '4': 'Le Fabuleux Destin d’Amélie Poulain',
    '5': 'СТАЛКЕР',
    '6': 'ÉCLAIR',
    '7': "Schindler's List",
    '8': '<script>alert("x")</script>',
    '9': 'C:\\path/to/file.txt & more',
    a: null,
    b: 'Cafe\u0301',
    star: 'Unrelated',
    Ω: 'Straße nach Øst',
  }
  beforeAll(() => sql`insert into items ${sql(Object.entries(titles).map(([id, title]) => ({ id, title })))}`)
  const idsFor = async (text: string) => (await findItems(sql, text, undefined, 20)).map(({ id }) => id)

  test.each<[string, string[]]>([
    ['wars', ['1']],
    ['STAR', ['2', '3', '1']],
    ['sta wa', ['1']],
    ['wa sta', ['1']],
    ['tar', []],
    // the item with this id is the first
    ['star', ['star', '2', '3', '1']],
    ['amelie', ['4']],
    ['AMÉLIE pou', ['4']],
    ['destin d’amélie', ['4']],
    ['сталкер', ['5']],
    ['Сталк', ['5']],
    ['éclair', ['6']],
    ['Eclair', ['6']],
    ['schindlers', ['7']],
    ["Schindler's", ['7']],
    ['script', ['8']],
    ['<script>', ['8']],
    ['file', ['9']],
    ['path/to', ['9']],
    ['cafe', ['b']],
    ['CAFÉ', ['b']],
    ['strase ost', ['Ω']],
    ['1977', ['1']],
    ['2', ['2']],
    ["'", []],
    ["\\' | & ! :* <->", []],
    ['🎬', []],
    ['%', []],
  ])('finds by %j', async (text, ids) => {
    expect(await idsFor(text)).toEqual(ids)
  })

  test('gives all items by id without a text, and pages that continue', async () => {
    const all = Object.keys(titles).sort()
    expect(await idsFor('')).toEqual(all)
    for (const text of ['', 'star']) {
      const whole = await idsFor(text)
      const paged: string[] = []
      let page = await findItems(sql, text, undefined, 2)
      while (page.length > 0) {
        paged.push(...page.map(({ id }) => id))
        page = await findItems(sql, text, positionOf(page.at(-1)!, text), 2)
      }
      expect(paged).toEqual(whole)
    }
  })

  test('reads an index', async () => {
    const plan = await sql.begin(async (transaction) => {
      await transaction`set local enable_seqscan = off`
      return transaction`
        explain select from items
        where title is not null and palate_title_words(title) @@ (select to_tsquery('simple', 'star:*'))`
    })
    expect(JSON.stringify(plan)).toContain('items_by_title_words')
  })
})

describe('the search for users', () => {
  beforeAll(async () => {
    const ids = ['1', '10', '100', '2', 'a%', 'a_b', 'ab', '\u{10FFFF}', '\u{10FFFF}x', '/../é']
    await sql`insert into users ${sql(ids.map((id) => ({ id })))}`
    await sql`insert into items select 'many-' || n from generate_series(1, 1200) n`
    await sql`insert into ratings (user_id, item_id, value) select '10', 'many-' || n, 1 from generate_series(1, 3) n`
    await sql`
      insert into ratings (user_id, item_id, value) select '2', 'many-' || n, 1 from generate_series(1, 1200) n`
  })
  const idsFor = async (prefix: string, after?: string, count = 20) =>
    (await findUsers(sql, prefix, after, count)).map(({ userId }) => userId)

  test.each<[string, string[]]>([
    ['1', ['1', '10', '100']],
    ['10', ['10', '100']],
    ['a', ['a%', 'a_b', 'ab']],
    ['a_', ['a_b']],
    ['a%', ['a%']],
    ['\u{10FFFF}', ['\u{10FFFF}', '\u{10FFFF}x']],
    ['/..', ['/../é']],
    ['b', []],
  ])('finds by %j', async (prefix, ids) => {
    expect(await idsFor(prefix)).toEqual(ids)
  })

  test('gives pages, and counts ratings up to a limit', async () => {
    expect(await idsFor('1', undefined, 2)).toEqual(['1', '10'])
    expect(await idsFor('1', '10', 2)).toEqual(['100'])
    expect(await idsFor('1', '100', 2)).toEqual([])
    const counts = (await findUsers(sql, '', undefined, 20)).map(({ userId, ratings }) => [userId, ratings])
    expect(Object.fromEntries(counts)).toMatchObject({ 1: 0, 10: 3, 2: maxCounted })
  })
})

describe('the timeline of a user', () => {
  test('has the latest rating first, those without a time last, and pages that continue', async () => {
    const ratings = createPostgresUserRatings(database)
    const times = [5, 3, 9, 9, 1].map((time, n) => ({ userId: 'u', itemId: `i${n}`, value: n, time }))
    await ratings.save(times)
    // microseconds are kept, which a Date of JavaScript is not
    await sql`
      insert into ratings (user_id, item_id, value, rated_at)
      select 'u', id, 7, at::timestamptz from (values
        ('many-1', '1970-01-01 00:00:09.0000015Z'), ('many-2', '1970-01-01 00:00:09.000001Z'), ('many-3', null), ('many-4', null)
      ) timed (id, at)`
    const order = ['many-1', 'many-2', 'i2', 'i3', 'i0', 'i1', 'i4', 'many-3', 'many-4']
    const read: string[] = []
    let after: TimelinePosition | undefined
    for (;;) {
      const page = await readTimeline(sql, 'u', after, 2)
      if (page.length === 0) break
      read.push(...page.map(({ itemId }) => itemId))
      after = [page.at(-1)!.position, page.at(-1)!.itemId]
    }
    expect(read).toEqual(order)
    expect(await summarizeRatings(sql, 'u')).toEqual({
      count: 9,
      mean: (0 + 1 + 2 + 3 + 4 + 4 * 7) / 9,
      lowest: 0,
      highest: 7,
      since: new Date(1000),
      until: expect.any(Date),
    })
    expect(await summarizeRatings(sql, 'unknown')).toMatchObject({ count: 0, mean: null, since: null })
  })
})

describe('the ratings of an item', () => {
  async function rate(itemId: string, events: readonly { value: number; at: string | null }[]) {
    await sql`insert into items (id) values (${itemId})`
    await sql`insert into users select 'r' || n from generate_series(1, 40) n on conflict do nothing`
    await sql`insert into ratings ${sql(
      events.map(({ value, at }, n) => ({ user_id: `r${n + 1}`, item_id: itemId, value, rated_at: at })),
    )}`
  }

  test('are counted by value and by day, month or year', async () => {
    await rate('days', [
      { value: 4, at: '2024-03-01T23:59:00Z' },
      { value: 5, at: '2024-03-02T00:00:00Z' },
      { value: 3, at: '2024-03-02T12:00:00Z' },
      { value: 4, at: null },
    ])
    expect(await readItemRatings(sql, 'days')).toEqual({
      count: 4,
      mean: 4,
      unit: 'day',
      values: [
        { from: 3, to: 3, count: 1 },
        { from: 4, to: 4, count: 2 },
        { from: 5, to: 5, count: 1 },
      ],
      periods: [
        { start: new Date('2024-03-01T00:00:00Z'), count: 1, mean: 4 },
        { start: new Date('2024-03-02T00:00:00Z'), count: 2, mean: 4 },
      ],
    })
    await rate('months', [
      { value: 4, at: '2023-12-31T23:59:59Z' },
      { value: 4, at: '2024-06-30T00:00:00Z' },
    ])
    const { unit, periods } = await readItemRatings(sql, 'months')
    expect([unit, periods.map(({ start }) => start.toISOString())]).toEqual([
      'month',
      ['2023-12-01T00:00:00.000Z', '2024-06-01T00:00:00.000Z'],
    ])
    await rate('years', [
      { value: 4, at: '1970-01-01T00:00:00Z' },
      { value: 4, at: '2024-06-30T00:00:00Z' },
    ])
    expect((await readItemRatings(sql, 'years')).periods.map(({ start }) => start.getUTCFullYear())).toEqual([
      1970, 2024,
    ])
  })

  test('are counted in ranges if there are many values', async () => {
    await rate(
      'plays',
      Array.from({ length: 40 }, (_, n) => ({ value: n * 1.5, at: null })),
    )
    const { values, periods, count } = await readItemRatings(sql, 'plays')
    expect(values).toHaveLength(10)
    expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(40)
    expect([periods, count]).toEqual([[], 40])
  })

  test('are none for an item without ratings', async () => {
    expect(await readItemRatings(sql, 'nothing')).toMatchObject({
      count: 0,
      mean: null,
      values: [],
      periods: [],
    })
  })
})
