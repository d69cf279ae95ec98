// The notifications of the triggers, and the detection of lost ones.
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { type Change, openChangeFeed } from '../../src/db/change-feed.ts'
import { connect } from '../../src/db/database.ts'
import { openGate } from './gate.ts'
import { createTestDatabase } from './test-database.ts'

const { sql, url } = await createTestDatabase()
const feed = openChangeFeed(sql)
const received: Change[] = []
feed.subscribe((change) => received.push(change))
afterAll(() => feed.close())
await vi.waitUntil(() => feed.isCurrent(), { timeout: 30_000 })
received.length = 0

await sql`insert into users (id) select 'u' || n from generate_series(1, 200) n`
await sql`insert into items (id) select 'i' || n from generate_series(1, 200) n`

/** The changes received since the last call: the feed delivers them in order. */
async function newChanges(): Promise<Change[]> {
  await sql`select pg_notify('palate_changes', 'end:')`
  const end = () => received.findIndex((change) => change.of === 'anything')
  await vi.waitUntil(() => end() >= 0, { timeout: 30_000 })
  return received.splice(0, end() + 1).slice(0, -1)
}

beforeEach(async () => {
  await newChanges()
})

const ofUsers = (...userIds: (string | null)[]) =>
  expect.arrayContaining(userIds.map((userId) => ({ of: 'ratings', userId })))

test('names the users whose ratings a statement inserts, updates, moves or deletes', async () => {
  await sql`insert into ratings select 'u' || u, 'i1', 3 from generate_series(1, 3) u`
  expect(await newChanges()).toEqual(ofUsers('u1', 'u2', 'u3'))
  await sql`update ratings set value = 4 where user_id = 'u2'`
  await sql`update ratings set user_id = 'u4' where user_id = 'u3'`
  await sql`delete from users where id = 'u1'`
  expect(await newChanges()).toEqual(ofUsers('u2', 'u3', 'u4', 'u1'))
})

test('accepts ids of any characters and reports no statement that changes nothing', async () => {
  const userId = `: o'brien\\ 💿 ${'ü'.repeat(200)}`
  await sql`insert into users (id) values (${userId})`
  await sql`insert into ratings values (${userId}, 'i1', 3)`
  await sql`delete from ratings where user_id = 'unknown'`
  await sql`insert into items (id) values ('i1') on conflict do nothing`
  await sql`insert into items (id) values ('without title')`
  expect(await newChanges()).toEqual([{ of: 'ratings', userId }])
})

test('an import of many users is reported once, and not before it is committed', async () => {
  await sql.begin(async (transaction) => {
    for (const item of ['i2', 'i3', 'i4'])
      await transaction`insert into ratings select 'u' || u, ${item}, 3 from generate_series(5, 200) u`
    expect(await newChanges()).toEqual([])
  })
  expect(await newChanges()).toEqual([{ of: 'ratings', userId: null }])
  await sql`truncate ratings`
  expect(await newChanges()).toEqual([{ of: 'ratings', userId: null }])
})

test('reports titles, attributes and champions', async () => {
  await sql`update items set title = 'Alien' where id = 'i1'`
  await sql`insert into items (id, attributes) values ('j1', '{"year": 1979}')`
  await sql`delete from champions`
  expect(await newChanges()).toEqual([{ of: 'items' }, { of: 'items' }, { of: 'champions' }])
})

test('reports which items may be recommended only where that changes', async () => {
  const both = [{ of: 'items' }, { of: 'availability' }]
  await sql`update items set hidden = true where id = 'i1'`
  expect(await newChanges()).toEqual(both)
  await sql`update items set hidden = true, title = 'Aliens' where id = 'i1'`
  expect(await newChanges()).toEqual([{ of: 'items' }])
  await sql`update items set title = 'X' where id = 'unknown'`
  expect(await newChanges()).toEqual([])
  await sql`insert into items (id, available_until) values ('k1', '2030-01-01')`
  expect(await newChanges()).toEqual(both)
  await sql`delete from items where id = 'k1'`
  expect(await newChanges()).toEqual(both)
  await sql`insert into items (id) values ('k1'), ('k2')`
  expect(await newChanges()).toEqual(both)
  expect(await sql`select id from deleted_items`).toEqual([])
})

test('is current only while its connection works, and reports that it may have missed changes', async () => {
  const gate = await openGate(new URL(url))
  const gated = connect(gate.url)
  onTestFinished(() => gated.close())
  const remote = openChangeFeed(gated.sql)
  onTestFinished(() => remote.close())
  const changes: Change[] = []
  remote.subscribe((change) => changes.push(change))
  await expect.poll(() => remote.isCurrent()).toBe(true)
  changes.length = 0

  await gate.shut()
  await expect.poll(() => remote.isCurrent()).toBe(false)
  await gate.reopen()
  await expect.poll(() => remote.isCurrent()).toBe(true)
  expect(changes).toEqual([{ of: 'anything' }])

  // a dead connection without an error
  gate.stall()
  await expect.poll(() => remote.isCurrent()).toBe(false)
  await gate.shut()
})

test('is not current while ratings have no triggers, as in a distributed database', async () => {
  await sql`alter table ratings rename to ratings_with_triggers`
  await sql`create table ratings (like ratings_with_triggers)`
  await vi.waitUntil(() => !feed.isCurrent(), { timeout: 30_000 })
  await sql`drop table ratings`
  await sql`alter table ratings_with_triggers rename to ratings`
  await vi.waitUntil(() => feed.isCurrent(), { timeout: 30_000 })
})
