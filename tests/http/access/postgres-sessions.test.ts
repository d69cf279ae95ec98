import { expect, test } from 'vitest'
import { createPostgresApiKeys } from '../../../src/http/access/postgres-api-keys.ts'
import { createPostgresSessions } from '../../../src/http/access/postgres-sessions.ts'
import { createTestDatabase } from '../../db/test-database.ts'

const database = await createTestDatabase()
const keys = createPostgresApiKeys(database)
const sessions = createPostgresSessions(database)
const otherReplica = createPostgresSessions(database)

async function start(expiresAt: Date | null = null) {
  const { key } = await keys.create({ name: 'x', scopes: ['read'], requestsPerMinute: null, expiresAt })
  return { key, id: await sessions.start(key.id) }
}

test('a session belongs to its key at every replica, until it is ended at one', async () => {
  const { key, id } = await start()
  expect(await otherReplica.find(id)).toEqual(key)
  await otherReplica.end(id)
  expect(await sessions.find(id)).toBeUndefined()
})

test('two sessions of a key end separately', async () => {
  const { key, id } = await start()
  const second = await sessions.start(key.id)
  await sessions.end(id)
  expect(await sessions.find(second)).toEqual(key)
})

test('a session ends with its key', async () => {
  const revoked = await start()
  await keys.revoke(revoked.key.id)
  expect(await sessions.find(revoked.id)).toBeUndefined()
  const expired = await start(new Date(Date.now() - 1000))
  expect(await sessions.find(expired.id)).toBeUndefined()
})

test('a session expires, and the next one removes it', async () => {
  const { id } = await start()
  await database.sql`update console_sessions set expires_at = now()`
  expect(await sessions.find(id)).toBeUndefined()
  const next = await start()
  const [{ count }] = await database.sql<
    [{ count: number }]
  >`select count(*)::int as count from console_sessions`
  expect(count).toBe(1)
  expect(await sessions.find(next.id)).toEqual(next.key)
})

test('the id itself is not stored', async () => {
  const { id } = await start()
  const rows = await database.sql`select * from console_sessions`
  expect(JSON.stringify(rows)).not.toContain(id)
})
