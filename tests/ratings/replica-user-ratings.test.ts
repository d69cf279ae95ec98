// Histories read from a real streaming replica.
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { openChangeFeed } from '../../src/db/change-feed.ts'
import { connect } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openReadReplica } from '../../src/db/read-replica.ts'
import { createLog } from '../../src/http/log.ts'
import { startService } from '../../src/http/service.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { type HistoryServer, readFromReplica } from '../../src/ratings/replica-user-ratings.ts'
import { openGate } from '../db/gate.ts'
import { startReplicatedServer } from '../db/streaming-replica.ts'
import { createTestRegistry } from '../registry/test-registry.ts'

const server = await startReplicatedServer()
await migrate(server.primaryUrl)
const database = connect(server.primaryUrl)
const onReplica = connect(server.replicaUrl)
const feed = openChangeFeed(database.sql)
const problems: unknown[] = []
const replica = openReadReplica(server.replicaUrl, database.sql, {
  replicaChanged: (error) => problems.push(error),
})
const servers: HistoryServer[] = []
const primary = createPostgresUserRatings(database)
const ratings = readFromReplica(primary, replica, feed, { historyRead: (name) => servers.push(name) })
afterAll(async () => {
  await feed.close()
  await replica.close()
  await database.close()
  await onReplica.close()
  await server.close()
})

const rate = (userId: string, itemId: string, value: number) => ({ userId, itemId, value, kind: 'rating' })
/** The history of a user, and the server that it was read from. */
async function read(userId: string) {
  const history = await ratings.of(userId)
  return { history, server: servers.at(-1) }
}
const isReadFrom = (userId: string, name: HistoryServer) =>
  vi.waitFor(async () => expect((await read(userId)).server).toBe(name), { timeout: 30_000, interval: 50 })

/** The replica receives changes, and does not apply them. */
async function pauseReplica(): Promise<void> {
  await onReplica.sql`select pg_wal_replay_pause()`
  const state = async () => (await onReplica.sql`select pg_get_wal_replay_pause_state() as state`)[0]?.state
  await vi.waitFor(async () => expect(await state()).toBe('paused'), { timeout: 30_000 })
}

beforeEach(async () => {
  await onReplica.sql`select pg_wal_replay_resume()`
  await isReadFrom('unknown', 'replica')
})

test('a history is read from the primary after a rating, and from the replica once it has the rating', async () => {
  await pauseReplica()
  await ratings.save([rate('ada', 'a', 4)])
  expect(await read('ada')).toEqual({ history: [{ itemId: 'a', value: 4 }], server: 'primary' })
  expect(await read('ben')).toEqual({ history: [], server: 'replica' })
  await onReplica.sql`select pg_wal_replay_resume()`
  await isReadFrom('ada', 'replica')
  expect((await read('ada')).history).toEqual([{ itemId: 'a', value: 4 }])
})

test('ratings that another process writes are read from the primary too while the replica is behind', async () => {
  await pauseReplica()
  await primary.save([rate('cy', 'a', 1)])
  await vi.waitFor(async () => expect((await read('cy')).history).toHaveLength(1), { timeout: 30_000 })
  expect(servers.at(-1)).toBe('primary')
  await database.sql`insert into ratings select 'cy', id, 3 from items on conflict do nothing`
  await database.sql`insert into users (id) select 'many ' || n from generate_series(1, 101) n`
  await database.sql`insert into ratings select id, 'a', 2 from users where id like 'many %'`
  await isReadFrom('ben', 'primary')
  expect(await read('many 7')).toEqual({ history: [{ itemId: 'a', value: 2 }], server: 'primary' })
})

test('every rating is in the history as soon as it is saved, and an erased user has none', async () => {
  for (let value = 1; value <= 100; value++) {
    await ratings.save([rate('dan', 'a', value)])
    expect((await read('dan')).history).toEqual([{ itemId: 'a', value }])
    if (value % 20 === 0) await isReadFrom('dan', 'replica')
  }
  expect((await read('dan')).history).toEqual([{ itemId: 'a', value: 100 }])
  await ratings.erase('dan')
  expect((await read('dan')).history).toEqual([])
})

test('without the replica, histories are read from the primary until it is back', async () => {
  problems.length = 0
  await server.stopReplica()
  await ratings.save([rate('eve', 'a', 5)])
  expect(await read('unknown')).toEqual({ history: [], server: 'primary' })
  expect((await read('eve')).history).toEqual([{ itemId: 'a', value: 5 }])
  await server.startReplica()
  await isReadFrom('eve', 'replica')
  expect((await read('eve')).history).toEqual([{ itemId: 'a', value: 5 }])
  expect(problems.at(0)).toBeInstanceOf(Error)
  expect(problems.at(-1)).toBeUndefined()
})

test('the service reads histories from the server in DATABASE_READ_URL, and counts them by server', async () => {
  const { registry, folder } = await createTestRegistry(database)
  const service = await startService({
    database,
    databaseReadUrl: server.replicaUrl,
    registry,
    home: folder,
    log: createLog('silent'),
    backend: 'cpu',
    host: '127.0.0.1',
    port: 0,
  })
  const text = async (path: string) => (await fetch(`${service.url}${path}`)).text()
  const isCounted = async () => {
    // no model is served, but the history is read before
    await text(`/users/${randomUUID()}/embedding`)
    return /palate_history_server_reads_total{server="replica"} [1-9]/.test(await text('/metrics'))
  }
  try {
    await vi.waitUntil(isCounted, { timeout: 30_000 })
  } finally {
    await service.close()
  }
})

test('a server that is not a replica of the primary is never read', async () => {
  const told: unknown[] = []
  const other = openReadReplica(server.primaryUrl, database.sql, {
    replicaChanged: (error) => told.push(error),
  })
  await vi.waitUntil(() => told.length > 0, { timeout: 30_000 })
  expect(told).toEqual([
    expect.objectContaining({ message: expect.stringContaining('not a streaming replica') }),
  ])
  expect(other.state()).toBeUndefined()
  await other.close()
})

test('it can be closed while the replica does not respond', async () => {
  const gate = await openGate(new URL(server.replicaUrl))
  const other = openReadReplica(gate.url, database.sql, { replicaChanged: () => {} })
  await vi.waitUntil(() => other.state() !== undefined, { timeout: 30_000 })
  gate.stall()
  // a query is on its way
  await setTimeout(1000)
  await other.close()
  await gate.shut()
})

test('a history is read from the primary after a rating whose acknowledgment was lost', async () => {
  const lossy = readFromReplica(
    {
      ...primary,
      save: async (saved) => {
        await primary.save(saved)
        throw new Error('connection lost')
      },
    },
    replica,
    { subscribe: () => {}, isCurrent: () => true },
    { historyRead: (name) => servers.push(name) },
  )
  const isOnReplica = () => lossy.of('flo').then(() => servers.at(-1) === 'replica')
  await vi.waitUntil(isOnReplica, { timeout: 30_000 })
  await pauseReplica()
  expect(await isOnReplica()).toBe(true)
  await expect(lossy.save([rate('flo', 'a', 2)])).rejects.toThrow('connection lost')
  expect(await lossy.of('flo')).toEqual([{ itemId: 'a', value: 2 }])
})
