import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { lockOfErasures } from '../../src/db/erasure-schema.ts'
import { createPostgresErasure } from '../../src/experiments/postgres-erasure.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { type ImportStep, importRatings } from '../../src/ratings/postgres-import.ts'
import type { Item, Rating } from '../../src/ratings/rating.ts'
import { openRatingsSource, type RatingsSource } from '../../src/ratings/ratings-source.ts'
import { createDatabase, open } from '../db/session-database.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { folderOf } from './reading.ts'

const database = await createTestDatabase()
const { sql } = database

beforeEach(() => sql`truncate users, items cascade`)

/** A source of these values, each on a page of its own, that may fail in the end. */
function sourceOf(ratings: readonly Rating[], items: readonly Item[] = [], failure?: Error): RatingsSource {
  async function* pages<T>(values: readonly T[]): AsyncGenerator<T[]> {
    for (const value of values) yield [value]
    if (failure !== undefined) throw failure
  }
  return {
    name: 'ratings',
    bytes: undefined,
    ratings: () => pages(ratings),
    items: () => pages(items),
    malformed: createMalformedLines(0),
  }
}

const rate = (userId: string, itemId: string, value: number, time?: number): Rating => ({
  userId,
  itemId,
  value,
  ...(time === undefined ? {} : { time }),
})

const stored = () =>
  sql`select user_id, item_id, value, extract(epoch from rated_at)::float8 as time from ratings order by 1, 2`.values()

/** Everything about a row that a rewriting or locking of it would change. */
const versions = () =>
  sql`select ctid::text, xmin::text, xmax::text from ratings
  union all select ctid::text, xmin::text, xmax::text from items
  union all select ctid::text, xmin::text, xmax::text from users order by 1`.values()

describe('importRatings', () => {
  test('stores ratings with their users and items and reports how many there are', async () => {
    const report = await importRatings(
      sql,
      sourceOf([rate('b', 'y', 3), rate('a', 'x', 4.5, 881250949.25), rate('a', 'y', 1)]),
    )
    expect(report).toEqual({
      batch: expect.any(Number),
      ratings: 3,
      users: 2,
      items: 2,
      inserted: 3,
      updated: 0,
      unchanged: 0,
      malformed: 0,
      seconds: expect.any(Number),
    })
    expect(await stored()).toEqual([
      ['a', 'x', 4.5, 881250949.25],
      ['a', 'y', 1, null],
      ['b', 'y', 3, null],
    ])
  })

  test('keeps the later of two ratings of one pair', async () => {
    const report = await importRatings(
      sql,
      sourceOf([
        rate('line', 'x', 1),
        rate('line', 'x', 2),
        rate('time', 'x', 1, 200),
        rate('time', 'x', 2, 100),
        rate('equal', 'x', 1, 100),
        rate('equal', 'x', 2, 100),
        rate('mixed', 'x', 1, 0),
        rate('mixed', 'x', 2),
      ]),
    )
    expect(report).toMatchObject({ ratings: 8, users: 4, inserted: 4, updated: 0, unchanged: 0 })
    expect(await stored()).toEqual([
      ['equal', 'x', 2, 100],
      ['line', 'x', 2, null],
      ['mixed', 'x', 1, 0],
      ['time', 'x', 1, 200],
    ])
  })

  test('replaces a stored rating unless that is of later time', async () => {
    await importRatings(
      sql,
      sourceOf([
        rate('newer', 'x', 1, 100),
        rate('older', 'x', 1, 100),
        rate('same time', 'x', 1, 100),
        rate('timeless', 'x', 1),
        rate('gains a time', 'x', 1),
        rate('untouched', 'x', 1, 100),
        rate('equal', 'x', 1, 100),
      ]),
    )
    const report = await importRatings(
      sql,
      sourceOf([
        rate('newer', 'x', 2, 101),
        rate('older', 'x', 2, 99),
        rate('same time', 'x', 2, 100),
        rate('timeless', 'x', 2),
        rate('gains a time', 'x', 1, 5),
        rate('untouched', 'x', 2),
        rate('equal', 'x', 1, 100),
      ]),
    )
    expect(report).toMatchObject({ ratings: 7, inserted: 0, updated: 4, unchanged: 3 })
    expect(await stored()).toEqual([
      ['equal', 'x', 1, 100],
      ['gains a time', 'x', 1, 5],
      ['newer', 'x', 2, 101],
      ['older', 'x', 1, 100],
      ['same time', 'x', 2, 100],
      ['timeless', 'x', 2, null],
      ['untouched', 'x', 1, 100],
    ])
  })

  test('writes no row the second time', async () => {
    const items = [{ id: 'x', title: 'X', attributes: { genres: ['Drama'], year: 1995 } }]
    const source = () =>
      sourceOf([rate('a', 'x', 1, 100.123456), rate('b', 'x', 0.1), rate('b', 'y', 3)], items)
    await importRatings(sql, source())
    const before = await versions()
    expect(await importRatings(sql, source())).toMatchObject({ inserted: 0, updated: 0, unchanged: 3 })
    expect(await versions()).toEqual(before)
  })

  test('updates items, those without ratings too', async () => {
    await importRatings(sql, sourceOf([rate('a', 'x', 1)]))
    const items = [
      { id: 'x', title: 'Old', attributes: {} },
      { id: 'x', title: 'Tab\tand\\n "quote"\nend', attributes: { genres: ['日本', 'a\tb'] } },
      { id: 'z', title: null, attributes: { year: 1995 } },
    ]
    expect(await importRatings(sql, sourceOf([rate('a', 'y', 1)], items))).toMatchObject({
      items: 1,
      inserted: 1,
    })
    expect(await sql`select id, title, attributes from items order by id`.values()).toEqual([
      ['x', 'Tab\tand\\n "quote"\nend', { genres: ['日本', 'a\tb'] }],
      ['y', null, {}],
      ['z', null, { year: 1995 }],
    ])
  })

  test('keeps what it has no columns for: whether items are hidden, and their dates', async () => {
    await sql`
      insert into items (id, title, hidden, available_from, available_until)
      values ('x', 'Old', true, '2030-01-01', '2031-01-01'), ('y', 'Y', true, null, '2031-01-01')`
    const from = new Date('2026-01-01')
    await importRatings(
      sql,
      sourceOf(
        [rate('a', 'x', 1)],
        [
          { id: 'x', title: 'New', attributes: { year: 1995 } },
          { id: 'y', hidden: false, availableFrom: from, availableUntil: null },
        ],
      ),
    )
    expect(
      await sql`select id, title, hidden, available_from, available_until from items order by id`.values(),
    ).toEqual([
      ['x', 'New', true, new Date('2030-01-01'), new Date('2031-01-01')],
      ['y', 'Y', false, from, null],
    ])
  })

  test('keeps titles and attributes too where a file of items has columns for other things only', async () => {
    const importItems = async (items: string) => {
      const folder = await folderOf({ 'ratings.csv': 'user,item\nu,x\n', 'items.csv': items })
      await importRatings(sql, await openRatingsSource(folder))
      return sql`select id, title, attributes, hidden from items order by id`.values()
    }
    const attributes = { color: 'red', genres: ['Drama'] }
    expect(await importItems('item,title,genres,color\nx,X,Drama,red\n')).toEqual([
      ['x', 'X', attributes, false],
    ])
    expect(await importItems('item,hidden\nx,yes\ny,no\n')).toEqual([
      ['x', 'X', attributes, true],
      ['y', null, {}, false],
    ])
    expect(await importItems('item,color\nx,\n')).toEqual([
      ['x', 'X', {}, true],
      ['y', null, {}, false],
    ])
  })

  test('keeps ids and values as they are', async () => {
    const ids = ['\\N', '\\', '\\.', 'a\tb', 'a\nb', 'a\r\nb', '"', "'; drop table ratings", '😀', ' ']
    const values = [0, -0.1, 1e-30, 3.4e38, 1 / 3]
    const ratings = ids.flatMap((id) => values.map((value, n) => rate(id, `${id}${n}`, value)))
    await importRatings(sql, sourceOf(ratings))
    const back = await sql<{ user_id: string; item_id: string; value: number }[]>`select * from ratings`
    expect(new Set(back.map((row) => JSON.stringify([row.user_id, row.item_id, row.value])))).toEqual(
      new Set(ratings.map((rating) => JSON.stringify([rating.userId, rating.itemId, rating.value]))),
    )
  })

  test('reports its progress in reading and in writing', async () => {
    const steps: ImportStep[] = []
    await importRatings(sql, sourceOf([rate('a', 'x', 1), rate('b', 'x', 1)]), {
      onProgress: (step) => steps.push(step),
    })
    expect(steps).toEqual([
      { name: 'read', ratings: 1 },
      { name: 'read', ratings: 2 },
      { name: 'sort' },
      { name: 'write', ratings: 0, total: 2 },
      { name: 'write', ratings: 2, total: 2 },
    ])
  })

  test('counts changes in full where they fill many blocks', async () => {
    // Long ids fill the blocks with few rows.
    const id = (n: number) => `${n}`.padEnd(390, '.')
    const many = (value: number) => ({
      ...sourceOf([]),
      ratings: async function* () {
        yield Array.from({ length: 12_000 }, (_, n) => rate(id(n % 100), id(Math.floor(n / 100)), value))
      },
    })
    const written: ImportStep[] = []
    const onProgress = (step: ImportStep) => step.name === 'write' && written.push(step)
    const report = await importRatings(sql, many(1), { onProgress })
    expect(report).toMatchObject({ users: 100, items: 120, inserted: 12_000, updated: 0 })
    expect(written.length).toBeGreaterThan(2)
    expect(written.at(-1)).toEqual({ name: 'write', ratings: 12_000, total: 12_000 })
    expect(await importRatings(sql, many(2))).toMatchObject({ inserted: 0, updated: 12_000, unchanged: 0 })
  })
})

describe('an import that fails', () => {
  const unchanged = async (fail: () => Promise<unknown>, error: string | RegExp) => {
    await sql`insert into users values ('u')`
    await sql`insert into items values ('i', 'I')`
    await sql`insert into ratings values ('u', 'i', 3)`
    const before = await versions()
    await expect(fail()).rejects.toThrow(error)
    expect(await versions()).toEqual(before)
  }

  test('at a malformed line changes nothing and names the line', async () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => `u${n % 100},i${Math.floor(n / 100)},3`)
    const broken = lines.with(25_000, 'u,i')
    const path = await folderOf({ 'ratings.csv': ['user,item,rating', ...broken].join('\n') })
    const source = await openRatingsSource(path)
    await unchanged(
      () => importRatings(sql, source),
      'ratings.csv, line 25002: expected 3 fields, found 2: "u,i"',
    )
  })

  test('in the items changes nothing', async () => {
    const path = await folderOf({ 'ratings.csv': 'user,item\nu,i\n', 'items.csv': 'item,title\ni,A\n,B\n' })
    const source = await openRatingsSource(path)
    await unchanged(() => importRatings(sql, source), 'items.csv, line 3: the item id is missing')
  })

  test('when its source breaks changes nothing', async () => {
    const source = sourceOf([rate('a', 'x', 1)], [], new Error('the disk is gone'))
    await unchanged(() => importRatings(sql, source), 'the disk is gone')
  })

  test('when PostgreSQL rejects a row changes nothing, and does not wait forever', async () => {
    // Such values never come out of a reader.
    await unchanged(
      () => importRatings(sql, sourceOf([rate('a', 'x\0', 1)])),
      /PostgreSQL rejected|invalid byte sequence/,
    )
    await sql`truncate users, items cascade`
    const ratings = Array.from({ length: 20 }, (_, n) => rate(n === 3 ? '\0' : 'a'.repeat(100_000), 'x', 1))
    await unchanged(() => importRatings(sql, sourceOf(ratings)), /PostgreSQL rejected|invalid byte sequence/)
  })

  test.each(['read', 'write'])('because it is interrupted at the first %s changes nothing', async (name) => {
    const controller = new AbortController()
    const onProgress = (step: ImportStep) => {
      if (step.name === name) controller.abort(new Error('interrupted'))
    }
    const source = sourceOf([rate('a', 'x', 1), rate('b', 'x', 1)])
    await unchanged(
      () => importRatings(sql, source, { signal: controller.signal, onProgress }),
      'interrupted',
    )
  })

  test('because it is interrupted while PostgreSQL works stops at once', async () => {
    const controller = new AbortController()
    const locker = sql.begin(async (transaction) => {
      await transaction`lock table items in access exclusive mode`
      const waiting = () => sql`
        select 1 from pg_locks join pg_database on pg_database.oid = pg_locks.database
        where datname = current_database() and not granted and relation = 'items'::regclass`
      await expect.poll(waiting).toHaveLength(1)
      controller.abort(new Error('interrupted'))
      await expect(importing).rejects.toThrow('interrupted')
    })
    const importing = importRatings(sql, sourceOf([rate('a', 'x', 1)]), { signal: controller.signal })
    importing.catch(() => {})
    await locker
    expect(await stored()).toEqual([])
  })

  test('a rating replaces a view or purchase, and an older rating', async () => {
    await sql`insert into users (id) values ('u')`
    await sql`insert into items (id) select unnest(array['seen', 'bought', 'liked', 'disliked'])`
    await sql`
      insert into ratings (user_id, item_id, value, rated_at, kind)
      values ('u', 'seen', 3, to_timestamp(900), 'view'), ('u', 'bought', 4, to_timestamp(900), 'purchase'),
        ('u', 'liked', 5, to_timestamp(900), 'like'), ('u', 'disliked', 1, to_timestamp(100), 'dislike')`
    const items = ['seen', 'bought', 'liked', 'disliked']
    await importRatings(sql, sourceOf(items.map((item) => rate('u', item, 2, 500))))
    expect(await sql`select item_id, value, kind from ratings order by item_id`).toEqual([
      { item_id: 'bought', value: 2, kind: 'rating' },
      { item_id: 'disliked', value: 2, kind: 'rating' },
      { item_id: 'liked', value: 5, kind: 'like' },
      { item_id: 'seen', value: 2, kind: 'rating' },
    ])
  })
})

test('a user who is erased while a file is read is not written', async () => {
  const source: RatingsSource = {
    ...sourceOf([]),
    async *ratings() {
      yield [rate('leaving', 'x', 1), rate('staying', 'x', 1)]
      await createPostgresErasure(database)('leaving')
    },
  }
  await importRatings(sql, source)
  expect(await sql`select id from users`).toEqual([{ id: 'staying' }])
  expect(await stored()).toEqual([['staying', 'x', 1, null]])
})

describe('the users and items of imported ratings', () => {
  const isWaiting = (relation: string | null) =>
    expect
      .poll(
        () => sql`
          select from pg_locks join pg_database on pg_database.oid = pg_locks.database
          where datname = current_database() and not granted and relation is not distinct from to_regclass(${relation})`,
        { timeout: 30_000 },
      )
      .toHaveLength(1)

  test('are added again if they are deleted before the ratings are written', async () => {
    await sql`insert into users (id) values ('a')`
    await sql`insert into items (id) values ('x')`
    let importing: Promise<unknown> | undefined
    await sql.begin(async (transaction) => {
      await transaction`lock table rating_batches in exclusive mode`
      importing = importRatings(sql, sourceOf([rate('a', 'x', 1), rate('b', 'y', 2)]))
      await isWaiting('rating_batches')
      await transaction`delete from users where id = 'a'`
      await transaction`delete from items where id = 'x'`
    })
    expect(await importing).toMatchObject({ inserted: 2 })
    expect(await stored()).toEqual([
      ['a', 'x', 1, null],
      ['b', 'y', 2, null],
    ])
    expect(await sql`select id from users union all select id from items order by 1`.values()).toEqual([
      ['a'],
      ['b'],
      ['x'],
      ['y'],
    ])
    // what is listed there may not be recommended
    expect(await sql`select id from deleted_items`).toEqual([])
  })

  test('cannot be deleted once the ratings are written', async () => {
    await sql`insert into users (id) values ('a')`
    await sql`insert into items (id) values ('x')`
    let importing: Promise<unknown> | undefined
    const deleting: Promise<unknown>[] = []
    await sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(${lockOfErasures})`
      importing = importRatings(sql, sourceOf([rate('a', 'x', 1)]))
      await isWaiting(null)
      const waiting = () => sql`
        select from pg_stat_activity where query like 'delete from%' and wait_event = 'transactionid'`
      deleting.push(sql`delete from items where id = 'x'`.catch((error: unknown) => error))
      deleting.push(sql`delete from users where id = 'a'`.then(({ count }) => count))
      await expect.poll(waiting, { timeout: 30_000 }).toHaveLength(2)
    })
    await importing
    const [itemError, users] = await Promise.all(deleting)
    expect(users).toBe(1)
    // in either order of the two deletions no rating is left without its user or item
    expect(itemError).toSatisfy(
      (error: { code?: string }) => error.code === '23503' || error.code === undefined,
    )
    expect(await stored()).toEqual([])
  })

  test('are checked for each row where a trigger or foreign key of the user must not be skipped', async () => {
    await sql`create table heard (user_id text)`
    await sql`
      create function hear() returns trigger language plpgsql as
      $$ begin insert into heard values (new.user_id); return null; end $$`
    await sql`create trigger own after insert on ratings for each row execute function hear()`
    onTestFinished(async () => {
      await sql`drop trigger own on ratings`
    })
    await importRatings(sql, sourceOf([rate('a', 'x', 1), rate('b', 'x', 1)]))
    expect(await sql`select user_id from heard order by 1`.values()).toEqual([['a'], ['b']])
  })

  test('are checked for each row where the database user may not set session_replication_role', async () => {
    const { sql: limited } = await open(await createDatabase())
    await importRatings(limited, sourceOf([rate('a', 'x', 1)]))
    expect(await limited`select user_id, item_id from ratings`.values()).toEqual([['a', 'x']])
  })

  test('are changed, and notifications sent, as by other writers', async () => {
    const skipped = sql`
      select tgname from pg_trigger
      where tgrelid in ('ratings'::regclass, 'rating_history'::regclass) and not tgisinternal and tgenabled <> 'A'`
    expect(await skipped).toEqual([])
    const heard: string[] = []
    const { unlisten } = await sql.listen('palate_changes', (payload) => void heard.push(payload))
    onTestFinished(unlisten)
    await importRatings(sql, sourceOf([rate('a', 'x', 1)]))
    await expect.poll(() => heard).toContain('ratings:a')
    expect(await sql`show session_replication_role`).toEqual([{ session_replication_role: 'origin' }])
  })
})
