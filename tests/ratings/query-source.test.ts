import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { RatingsInputError } from '../../src/ratings/malformed-lines.ts'
import { openQuerySource } from '../../src/ratings/query-source.ts'
import type { RatingsSourceOptions } from '../../src/ratings/ratings-source.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { flatten, folderOf } from './reading.ts'

const { sql, url } = await createTestDatabase()

beforeEach(async () => {
  await sql`drop table if exists reviews`
  await sql`
    create table reviews (
      customer bigint, product text, stars numeric, written timestamp, seen timestamptz, note json
    )`
})

const add = (values: string) => sql.unsafe(`insert into reviews values ${values}`)

async function read(query: string, options: RatingsSourceOptions = {}, server = url) {
  const source = await openQuerySource({ url: server, sql: query }, options)
  return { source, ratings: await flatten(source.ratings()) }
}

describe('the rows of a query', () => {
  test('are ratings by the names of the columns, with exact ids and times in UTC', async () => {
    await add(`(9007199254740993, 'a', 4.5, '2020-01-02 03:04:05.5', '2020-01-02 03:04:05+05:30', '{}'),
      (2, 'é', -3, null, null, null)`)
    const { source, ratings } = await read(
      'select customer, product, stars as rating, written as rated_at, note from reviews order by rating desc',
    )
    expect(ratings).toEqual([
      {
        userId: '9007199254740993',
        itemId: 'a',
        value: 4.5,
        time: Date.UTC(2020, 0, 2, 3, 4, 5, 500) / 1000,
      },
      { userId: '2', itemId: 'é', value: -3 },
    ])
    expect(source.readAs).toEqual([
      {
        file: 'query',
        format: 'PostgreSQL',
        columns: { user: 'customer', item: 'product', value: 'rating', time: 'rated_at' },
        ignored: ['note'],
      },
    ])
    expect(source.name).toMatch(/^query on .+\/palate_test_/)
    const zoned =
      'select customer as user, product as item, 1 as rating, seen as time from reviews where seen is not null'
    expect((await read(zoned)).ratings[0]!.time).toBe(Date.UTC(2020, 0, 1, 21, 34, 5) / 1000)
  })

  test('are the same for every date style and time zone of the server', async () => {
    await add(`(1, 'a', 1, '2020-02-01 03:04:05', '2020-02-01 03:04:05Z', null)`)
    await sql.unsafe(
      `alter role current_user in database ${new URL(url).pathname.slice(1)} set datestyle to german`,
    )
    await sql.unsafe(
      `alter role current_user in database ${new URL(url).pathname.slice(1)} set timezone to 'Asia/Kolkata'`,
    )
    for (const time of ['written', 'seen'])
      expect(
        (await read(`select customer as user, product as item, stars, ${time} as time from reviews`))
          .ratings[0]!.time,
      ).toBe(Date.UTC(2020, 1, 1, 3, 4, 5) / 1000)
  })

  test('may have other names, which options name', async () => {
    const query = "select 'u' as who, 'i' as what, 3.5::real as how_much"
    await expect(read(query)).rejects.toThrow(/The query has the columns who, what, how_much.*--user.*"as"/)
    const columns = { user: 'who', item: 'what', value: 'how_much' }
    expect((await read(query, { columns })).ratings).toEqual([{ userId: 'u', itemId: 'i', value: 3.5 }])
  })

  test('are streamed, and a malformed one is named by its number', async () => {
    const query =
      'select n % 100 as user_id, n as item_id, case when n = 11234 then 1e7 else n % 5 end as rating from generate_series(1, 12000) n order by n'
    await expect(read(query)).rejects.toThrow(
      'query, line 11234: the value is not a number from -1000000 to 1000000',
    )
    const { source, ratings } = await read(query, { maxMalformed: 1 })
    expect(ratings).toHaveLength(11_999)
    expect(ratings.at(-1)).toEqual({ userId: '0', itemId: '12000', value: 0 })
    expect(source.malformed.lines).toMatchObject([{ line: 11_234, text: expect.stringContaining('11234') }])
  })

  test('come with the items of a file', async () => {
    const folder = await folderOf({ 'books.csv': 'book_id,title\ni,Title\n' })
    const source = await openQuerySource(
      { url, sql: "select 'u' as user, 'i' as item, 1 as rating" },
      { items: `${folder}/books.csv` },
    )
    await flatten(source.ratings())
    expect(await flatten(source.items())).toEqual([{ id: 'i', title: 'Title', attributes: {} }])
    expect(source.readAs.map(({ file }) => file)).toEqual(['query', 'books.csv'])
  })
})

describe('a query is refused in a sentence', () => {
  test.each([
    ['select nonsense from reviews', /column "nonsense" does not exist/],
    ['delete from reviews returning customer as user, product as item, stars', /syntax error/],
    [
      "with gone as (delete from reviews returning customer) select customer as user, 'b' as item, 1 as rating from gone",
      /must not contain data-modifying statements in WITH/,
    ],
    ['select 1 as user; delete from reviews', /multiple commands/],
    ['select', /The query has the columns , and/],
    ["select 'a' as user, 'b' as item, 1 as rating where false", /result of the query contains no rating/],
    ["select 'a' as user, 'b' as item, 'c' as item, 1 as rating", /several columns item/],
    ["select 'a' as user, 'b' as item, 'x' as rating", /line 1: the value is not a number/],
    ["select null as user, 'b' as item, 1 as rating", /line 1: the user id is missing/],
    [
      "select 'a' as user, 'b' as item, 1 as rating, 'infinity'::timestamp as time",
      /line 1: the time is neither/,
    ],
    [
      "select 'a' as user, 'b' as item, 1 / (n - 7000) as rating from generate_series(1, 9000) n",
      /division by zero/,
    ],
    [
      "select 'a' as user, 'b' as item, 1 / (n - 2) as rating from generate_series(1, 3) n",
      /division by zero/,
    ],
  ])('%s', async (query, message) => {
    await add(`(1, 'a', 1, null, null, null)`)
    const reading = read(query)
    await expect(reading).rejects.toThrow(message)
    await expect(reading).rejects.toThrow(RatingsInputError)
    expect(await sql`select from reviews`).toHaveLength(1)
  })

  test('never with the password', async () => {
    const of = (text: string) => read('select 1', {}, text).catch((error: Error) => error)
    for (const text of [
      'postgres://u:hush@127.0.0.1:1/d',
      'postgres://u:hu%sh@127.0.0.1/d',
      'mysql://u:hush@127.0.0.1/d',
      'u:hush@127.0.0.1',
      `${url.replace(/\/[^/]*$/, '')}/no_such_database?password=hush`,
    ]) {
      const error = (await of(text)) as Error
      expect(error).toBeInstanceOf(Error)
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
        expect(`${cause.message} ${'input' in cause}`).not.toMatch(/hu.?sh|true/)
    }
    expect(((await of('postgres://u:hush@127.0.0.1:1/d')) as Error).message).toMatch(
      /^PostgreSQL at 127\.0\.0\.1:1\/d cannot be used: .*ECONNREFUSED/,
    )
  })
})

describe('a query that does not end', () => {
  const rows = (delay: number) =>
    `select n as user, n as item, 1 as rating, pg_sleep(${delay})::text as note from generate_series(1, 1000000) n`
  const running = () =>
    sql`select pid from pg_stat_activity where datname = current_database() and query ~ '^fetch ' and state = 'active'`

  test('is canceled with the signal', async () => {
    const controller = new AbortController()
    const reading = read(rows(0.01), { signal: controller.signal })
    await expect.poll(running).toHaveLength(1)
    controller.abort()
    await expect(reading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
    await expect.poll(running).toHaveLength(0)
  })

  test('fails with the connection', async () => {
    const reading = read(rows(0.01))
    reading.catch(() => {})
    await expect.poll(running).toHaveLength(1)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ~ '^fetch '`
    await expect(reading).rejects.toThrow('cannot be used')
  })

  test('is ended when its rows are no longer read', async () => {
    const source = await openQuerySource({ url, sql: rows(0) })
    for await (const page of source.ratings()) if (page.length > 0) break
    await sleep(0)
    await expect.poll(running).toHaveLength(0)
  })
})
