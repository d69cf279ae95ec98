import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { connect } from '../../../src/db/database.ts'
import { createRequestLimit } from '../../../src/http/access/request-limit.ts'
import { openGate } from '../../db/gate.ts'
import { createTestDatabase } from '../../db/test-database.ts'

const { sql, url } = await createTestDatabase()
const gate = await openGate(new URL(url))
const behindGate = connect(gate.url)
afterAll(async () => {
  await gate.shut()
  await behindGate.close()
})
// the first connections take long on a busy machine
for (const pool of [sql, behindGate.sql])
  await Promise.all(Array.from({ length: 10 }, () => pool`select pg_sleep(0.05)`))

const key = (id: number, requestsPerMinute: number | null = null) => ({ id, requestsPerMinute })
const limits = [createRequestLimit(10, sql), createRequestLimit(10, behindGate.sql)] as const

/** How many of `requests` are allowed, which replicas receive in turn. */
async function allowed(
  requests: number,
  of: ReturnType<typeof key>,
  replicas: readonly (typeof limits)[number][] = limits,
) {
  const waits = await Promise.all(
    Array.from({ length: requests }, (_, n) => replicas[n % replicas.length]!.count(of)),
  )
  return waits.filter((seconds) => seconds === 0).length
}

test('replicas count the requests of a key together, each key with its own limit', async () => {
  expect(await allowed(30, key(1))).toBe(10)
  expect(await allowed(30, key(2, 4))).toBe(4)
  expect(await allowed(2, key(1))).toBe(0)
  expect(await limits[1].count(key(1))).toBeGreaterThan(30)
  expect(await limits[1].count(key(1))).toBeLessThanOrEqual(60)
})

test('without a shared database they count separately', async () => {
  expect(await allowed(30, key(1), [createRequestLimit(10), createRequestLimit(10)])).toBe(20)
})

test('a count that is taken back at one replica is free at the other', async () => {
  expect(await allowed(10, key(3))).toBe(10)
  await limits[0].uncount(key(3))
  expect(await limits[1].count(key(3))).toBe(0)
})

test('the counts start again after a minute', async () => {
  await allowed(10, key(4))
  await sql`update request_counts set expire = extract(epoch from now()) * 1000 - 1 where key like '%:4'`
  expect(await allowed(10, key(4))).toBe(10)
})

test.each(['stalled', 'away'])('while the database is %s, each replica counts by itself', async (state) => {
  const id = state === 'away' ? 5 : 6
  const failures: Error[] = []
  const replica = createRequestLimit(10, behindGate.sql, (error) => failures.push(error))
  expect(await replica.count(key(id))).toBe(0)
  expect(failures).toEqual([])
  if (state === 'stalled') gate.stall()
  else await gate.shut()
  onTestFinished(async () => {
    if (state === 'stalled') await gate.shut()
    await gate.reopen()
    await vi.waitUntil(
      () =>
        behindGate.sql`select 1`.then(
          () => true,
          () => false,
        ),
      { timeout: 30_000 },
    )
  })
  const startedAt = performance.now()
  expect(await allowed(30, key(id), [replica])).toBe(10)
  expect(await allowed(5, key(id), [replica])).toBe(0)
  expect(failures).toHaveLength(1)
  expect(performance.now() - startedAt).toBeLessThan(5000)
})
