// From the import to 1,000 concurrent requests, on a server with unusual settings and through poolers.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { trainModels } from '../../scripts/train/train-models.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { parseConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/http/log.ts'
import { startService } from '../../src/http/service.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { acquireRunLock } from '../../src/retraining/run/run-lock.ts'
import { parse, smallConfig } from '../retraining/small-config.ts'
import { weekSource } from '../retraining/weekly-world.ts'
import { hasPgBouncer, type PoolMode, startPgBouncer } from './pgbouncer.ts'
import { createDatabase, open, unusual } from './session-database.ts'

beforeAll(() => useBackend('cpu'))

test('unusual settings of the database change nothing', async () => {
  await useDatabase(await createDatabase(unusual))
})

test.skipIf(!hasPgBouncer).each<PoolMode>(['session', 'transaction'])(
  'PgBouncer in %s mode (skipped where it is not installed)',
  async (mode) => {
    const pooler = await startPgBouncer(await createDatabase(), mode)
    onTestFinished(() => pooler.stop())
    await useDatabase(pooler.url)
  },
)

/** Imports, trains, locks and serves; every response must be correct and current. */
async function useDatabase(url: string): Promise<void> {
  const database = await open(url)
  const home = await mkdtemp(join(tmpdir(), 'palate-session-'))
  onTestFinished(() => rm(home, { recursive: true }))
  await importRatings(database.sql, weekSource(1))
  const [tenth] = await database.sql`select value from (values (0.1::double precision + 0.2)) as sums (value)`
  expect(tenth!.value).toBe(0.1 + 0.2)

  const registry = openRegistry(database, { home })
  const trained = await trainModels({
    models: ['ease', 'popularity'],
    database,
    config: parseConfig({ PALATE_HOME: home }),
    retraining: parse(smallConfig),
    backend: 'cpu',
    seed: 1,
    hyperparameters: {},
    promote: false,
    by: 'a test',
    signal: new AbortController().signal,
  })
  expect(trained.versions).toHaveLength(2)
  const [version] = await registry.versions()
  expect(Math.abs(version!.createdAt.getTime() - Date.now())).toBeLessThan(60_000)

  const lock = await acquireRunLock(database.sql, 'mine')
  await expect(acquireRunLock(database.sql, 'yours')).rejects.toMatchObject({ runId: 'mine' })
  await lock.release()
  await (await acquireRunLock(database.sql, 'yours')).release()

  const service = await startService({
    database: await open(url, { statementTimeoutMs: 10_000 }),
    registry,
    home,
    log: createLog('silent'),
    backend: 'cpu',
    host: '127.0.0.1',
    port: 0,
  })
  onTestFinished(() => service.close())
  await service.loaded
  const users = await database.sql<{ id: string }[]>`select id from users order by id limit 50`
  const statuses = await Promise.all(
    Array.from({ length: 1000 }, async (_, index) => {
      const { id } = users[index % users.length]!
      const response = await fetchUntilServed(`/recommend/${encodeURIComponent(id)}?k=5`)
      const { items } = (await response.json()) as { items?: unknown[] }
      return `${response.status} with ${items?.length} items`
    }),
  )
  expect(new Set(statuses)).toEqual(new Set(['200 with 5 items']))

  const before = await itemsFor('new')
  await fetch(`${service.url}/ratings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ userId: 'new', itemId: before[0], value: 5 }]),
  })
  expect(await itemsFor('new')).not.toContain(before[0])

  /** A busy machine may respond with 503; then the client tries again after `Retry-After`. */
  async function fetchUntilServed(path: string, attempts = 5): Promise<Response> {
    const response = await fetch(`${service.url}${path}`)
    if (response.status !== 503 || attempts === 1) return response
    await setTimeout(1000 * Number(response.headers.get('retry-after')))
    return fetchUntilServed(path, attempts - 1)
  }

  async function itemsFor(userId: string): Promise<string[]> {
    const response = await fetch(`${service.url}/recommend/${userId}?k=3`)
    return ((await response.json()) as { items: { itemId: string }[] }).items.map(({ itemId }) => itemId)
  }
}
