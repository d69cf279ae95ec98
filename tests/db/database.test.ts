import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { eq } from 'drizzle-orm'
import postgres from 'postgres'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { isDatabaseUnavailable } from '../../src/db/connection-errors.ts'
import { connect, openDatabase } from '../../src/db/database.ts'
import { items } from '../../src/db/schema.ts'
import { createTestDatabase } from './test-database.ts'

const database = await createTestDatabase()
const { sql, db, url } = database

const home = '/nowhere'

const { username } = new URL(url)

function changed(
  change: Partial<Record<'port' | 'password' | 'username' | 'hostname' | 'pathname', string>>,
) {
  return Object.assign(new URL(url), change).href
}

describe('one pool with two interfaces', () => {
  const attributes = { year: 1927, genres: ['Drama', '科幻'], quote: `"it's" \\ done` }

  test('JSON written by one interface is read by the other', async () => {
    await db.insert(items).values({ id: 'drizzle', attributes })
    await sql`insert into items (id, attributes) values ('sql', ${sql.json(attributes)})`
    const [both] = await sql`select i.attributes = j.attributes as same, jsonb_typeof(i.attributes) as type
      from items i, items j where i.id = 'sql' and j.id = 'drizzle'`
    expect(both).toEqual({ same: true, type: 'object' })
    expect(await db.select().from(items).where(eq(items.id, 'sql'))).toMatchObject([{ attributes }])
    expect(await sql`select attributes from items where id = 'drizzle'`).toEqual([{ attributes }])
  })

  test('times are dates and counts are numbers', async () => {
    const at = new Date('2001-02-03T04:05:06.789Z')
    const [row] =
      await sql`select ${at}::timestamptz as at, count(*) as items, ${2 ** 40}::bigint as big from items`
    expect(row).toEqual({ at, items: 2, big: 2 ** 40 })
  })

  test('rows are written and read by COPY', async () => {
    const lines = ['a\tAlien', 'b\tÄôß 🎬']
    await pipeline([lines.join('\n')], await sql`copy items (id, title) from stdin`.writable())
    const out =
      await sql`copy (select id, title from items where title is not null order by id) to stdout`.readable()
    expect(await text(out)).toBe(`${lines.join('\n')}\n`)
  })

  test('a failed transaction changes nothing', async () => {
    const failing = sql.begin(async (transaction) => {
      await transaction`insert into items (id) values ('gone')`
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await db.select().from(items).where(eq(items.id, 'gone'))).toEqual([])
  })
})

describe('opening', () => {
  test('several at once migrate an empty database once', async () => {
    const admin = postgres(inject('postgresUrl'), { max: 1 })
    const name = `${new URL(url).pathname.slice(1)}_empty`
    await admin`create database ${admin(name)}`
    onTestFinished(async () => {
      await admin`drop database ${admin(name)} with (force)`
      await admin.end()
    })
    const opened = await Promise.all(
      Array.from({ length: 5 }, () => openDatabase({ databaseUrl: changed({ pathname: `/${name}` }), home })),
    )
    const applied = await opened[0]!.sql`select hash from drizzle.__drizzle_migrations`
    expect(applied.length).toBe(new Set(applied.map(({ hash }) => hash)).size)
    expect(await opened[4]!.sql`select count(*) from ratings`).toEqual([{ count: 0 }])
    await Promise.all(opened.map((each) => each.close()))
  })

  test('an unreachable server is reported as such', async () => {
    const opening = openDatabase({ databaseUrl: changed({ port: String(await closedPort()) }), home })
    await expect(opening).rejects.toThrow(
      /^No server accepts connections at 127\.0\.0\.1:\d+: start PostgreSQL there/,
    )
  })

  test('an unknown host is named', async () => {
    const opening = openDatabase({ databaseUrl: changed({ hostname: 'palate.invalid' }), home })
    await expect(opening).rejects.toThrow(/"palate\.invalid"/)
  })

  test('a wrong password is reported, and not printed', async () => {
    const opening = openDatabase({ databaseUrl: changed({ password: 'hunter2' }), home })
    await expect(opening).rejects.toThrow(`refused the password of user "${username}": correct it`)
    await expect(opening).rejects.not.toThrow(/hunter2/)
  })

  test('a missing database is named with the command that creates it', async () => {
    const opening = openDatabase({ databaseUrl: changed({ pathname: '/absent' }), home })
    await expect(opening).rejects.toThrow(
      new RegExp(`has no database "absent": create it with createdb .* -U ${username} absent`),
    )
  })

  test('a user without the right to create tables sees what to grant', async () => {
    const reader = `palate_reader_${process.pid}`
    await sql`create role ${sql(reader)} login password 'r'`
    onTestFinished(async () => {
      await sql`drop role ${sql(reader)}`
    })
    await sql`drop schema drizzle cascade`
    const opening = openDatabase({ databaseUrl: changed({ username: reader, password: 'r' }), home })
    await expect(opening).rejects.toThrow(/User "palate_reader_.*" may not create Palate's tables/)
  })
})

test('a missing socket counts as unavailable, a missing file does not', async () => {
  const other = connect(`${url}?host=/nowhere`)
  onTestFinished(() => void other.close())
  expect(isDatabaseUnavailable(await other.sql`select 1`.catch((error: unknown) => error))).toBe(true)
  expect(isDatabaseUnavailable(await readFile('/nowhere').catch((error: unknown) => error))).toBe(false)
})

test('a lost connection counts as unavailable, through any wrapping, and a refusal does not', async () => {
  const other = connect(url)
  onTestFinished(() => void other.close())
  const sleeping = other.db.execute('select pg_sleep(30)').catch((error: unknown) => error)
  await expect
    .poll(
      () => sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'`,
    )
    .toHaveLength(1)
  expect(isDatabaseUnavailable(await sleeping)).toBe(true)
  const refused = await other.db
    .insert(items)
    .values({ id: 'drizzle' })
    .catch((error: unknown) => error)
  expect(isDatabaseUnavailable(refused)).toBe(false)
})

/** A port that something listened on a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}
