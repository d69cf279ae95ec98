// A connection that ends during a transaction, as when the server is restarted.
import { afterAll, describe, expect, test } from 'vitest'
import { isDatabaseUnavailable } from '../../src/db/connection-errors.ts'
import { connect, type Transaction } from '../../src/db/database.ts'
import { openGate } from './gate.ts'
import { createTestDatabase } from './test-database.ts'

const { sql: control, url } = await createTestDatabase()
const gate = await openGate(new URL(url))
const [direct, gated] = [connect(url), connect(gate.url)]
afterAll(async () => {
  await direct.close()
  await gated.close()
  await gate.shut()
})

async function cut(): Promise<void> {
  await gate.shut()
  await gate.reopen()
}

async function terminate(transaction: Transaction): Promise<void> {
  const [{ pid }] = await transaction<[{ pid: number }]>`select pg_backend_pid() as pid`
  await control`select pg_terminate_backend(${pid})`
}

/** What the driver does a moment later must not end the process, which vitest would report. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 100))

describe.each([
  ['is cut', gated, cut],
  ['is ended by the server', direct, terminate],
])('a connection that %s', (_, { sql }, end) => {
  test('fails the transaction and nothing else', async () => {
    for (let n = 0; n < 5; n++) {
      const failure = await sql
        .begin(async (transaction) => {
          await transaction`select 1`
          await end(transaction)
          await transaction`select 2`
        })
        .catch((error) => error)
      expect(isDatabaseUnavailable(failure), failure).toBe(true)
      await aMoment()
      expect(await sql`select 3 as three`).toEqual([{ three: 3 }])
    }
  })

  test('receives no more statements of a transaction that continues', async () => {
    let runQuery: (query: Promise<unknown>) => void = () => {}
    const later = new Promise((resolve) => {
      runQuery = resolve
    })
    later.catch(() => {})
    const failure = await sql
      .begin(async (transaction) => {
        await end(transaction)
        await aMoment()
        runQuery((async () => await transaction`select 2`)())
        await later
      })
      .catch((error) => error)
    expect(isDatabaseUnavailable(failure), failure).toBe(true)
    await expect(later).rejects.toThrow('The transaction is over')
    expect(await sql`select 3 as three`).toEqual([{ three: 3 }])
  })

  test('ignores the later result of a transaction', async () => {
    let goOn = () => {}
    const paused = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const failure = await sql
      .begin(async (transaction) => {
        await end(transaction)
        await paused
      })
      .catch((error) => error)
    expect(isDatabaseUnavailable(failure), failure).toBe(true)
    goOn()
    await aMoment()
    expect(await sql`select 3 as three`).toEqual([{ three: 3 }])
  })
})

// a client sends its start, two messages of SCRAM, and statements
test.each([1, 2, 3, 4])('a connection that is reset at send %d fails its statement at most', async (send) => {
  const { sql, close } = connect(gate.url)
  gate.resetNext(send)
  const failure = await sql`select 1`.catch((error) => error)
  if (failure instanceof Error) expect(isDatabaseUnavailable(failure), String(failure)).toBe(true)
  await aMoment()
  expect(await sql`select 2 as two`).toEqual([{ two: 2 }])
  await close()
})

test('an error of another server rolls back', async () => {
  const { sql } = direct
  await sql`create table kept (n integer)`
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  const begun = sql.begin(async (transaction) => {
    await transaction`insert into kept values (1)`
    throw refused
  })
  await expect(begun).rejects.toBe(refused)
  expect(await sql`select n from kept`).toEqual([])
})
