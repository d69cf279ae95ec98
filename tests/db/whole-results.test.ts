import { sql as drizzleSql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { afterAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { directSession } from '../../src/db/session.ts'
import { createTestDatabase } from './test-database.ts'

const { url } = await createTestDatabase()

describe.each([
  ['a direct session', directSession],
  ['a pooled session', { ...directSession, isPooled: true }],
])('after an error between the rows of a result, in %s', (_, session) => {
  const sql = openPool(url, 1, session)
  const db = drizzle(sql)
  afterAll(() => sql.end())
  const fail = () =>
    expect(sql`select n, 1 / (5000 - n) from generate_series(1, 10000) n`).rejects.toThrow('division by zero')

  test('the next result has its rows alone', async () => {
    await fail()
    const rows = await sql`select n from generate_series(1, 3) n`
    expect([rows.length, rows.count, [...rows]]).toEqual([3, 3, [{ n: 1 }, { n: 2 }, { n: 3 }]])
    await fail()
    expect(await sql.unsafe('select 7 as x')).toHaveLength(1)
    await fail()
    expect(await db.execute(drizzleSql`select 7 as x`)).toHaveLength(1)
    await fail()
    expect(await sql`select 7 as x`.values()).toHaveLength(1)
    await fail()
    expect(await sql`select 7 as x where false`).toHaveLength(0)
    await fail()
    expect(await sql.begin((transaction) => transaction`select 7 as x`)).toHaveLength(1)
  })
})
