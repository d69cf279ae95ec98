// A real Postgres that runs but cannot do its work.
import pino from 'pino'
import { expect, test } from 'vitest'
import { createOutageLog } from '../../src/http/outage-log.ts'
import { createTestApp, post } from './test-app.ts'

const { app, database, logged, train } = await createTestApp()
const { sql } = database

const save = () => app.request('/ratings', post({ userId: 'u', itemId: 'a', value: 3 }))

async function expectUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503)
  expect(response.headers.get('Retry-After')).toBe('1')
  expect(await response.json()).toMatchObject({ type: 'urn:problem-type:palate:database-unavailable' })
}

test.each([
  ['out of disk', '53100'],
  ['out of memory', '53200'],
  ['out of connections', '53300'],
  ['starting', '57P03'],
  ['failing to read its disk', '58030'],
])('a server %s is unavailable, and the log has the cause once', async (_, code) => {
  await sql.unsafe(`
    create or replace function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'the server refuses' using errcode = '${code}'; end $$;
    create or replace trigger refuse before insert on ratings execute function refuse()`)
  logged.length = 0
  for (let attempt = 0; attempt < 5; attempt++) await expectUnavailable(await save())
  const warnings = logged.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatchObject({ msg: 'database unavailable', requests: 1 })
  expect(JSON.stringify(warnings[0])).toContain(code)
  await sql`drop trigger refuse on ratings`
  expect((await save()).status).toBe(200)
})

test('a read-only server refuses writes as unavailable, and serves lists', async () => {
  await train()
  const { database: name } = sql.options
  await sql.unsafe(`alter database "${name}" set default_transaction_read_only = on`)
  // every connection of the pool ends, also this one, so that new ones are read-only
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.catch(() => {})
  await expect.poll(async () => (await save()).status).toBe(503)
  await expectUnavailable(await save())
  expect((await app.request('/recommend/u')).status).toBe(200)
})

test('a lasting outage is logged once a minute for each cause, with the number of requests', () => {
  const lines: { requests: number; err: { code: string } }[] = []
  let minutes = 0
  const log = pino({ base: null }, { write: (line) => lines.push(JSON.parse(line)) })
  const report = createOutageLog(log, () => minutes * 60_000)
  for (let n = 0; n < 25; n++) {
    minutes = n / 10
    for (const code of ['53100', '57P03']) report(Object.assign(new Error('no'), { code }), 'request')
  }
  expect(lines.map(({ requests, err }) => [err.code, requests])).toEqual([
    ['53100', 1],
    ['57P03', 1],
    ['53100', 10],
    ['57P03', 10],
    ['53100', 10],
    ['57P03', 10],
  ])
})
