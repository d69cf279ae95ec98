// The scripts that change champions, while a service handles many requests.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { createLog } from '../../src/http/log.ts'
import { type Service, startService } from '../../src/http/service.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel } from '../../src/models/models.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { fit } from '../../src/training/fit.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { provenance } from '../registry/test-registry.ts'
import { runScript } from '../retraining/run-script.ts'

const database = await createTestDatabase()
const home = await mkdtemp(join(tmpdir(), 'promote-'))
const registry = openRegistry(database, { home })
let userIds: readonly string[]
let service: Service

beforeAll(async () => {
  await useBackend('cpu')
  const world = createPlantedWorld({ users: 60, items: 40, ratingsPerUser: 12, seed: 5 })
  await createPostgresUserRatings(database).save([...world.ratings()])
  const data = await loadInteractions(database.sql)
  userIds = data.users.ids
  for (const regularization of [10, 500]) {
    const given = {
      model: findModel('ease'),
      hyperparameters: { regularization },
      train: data.matrix,
      seed: 1,
    }
    const { weights, hyperparameters } = await fit(given)
    const trained = { model: 'ease', hyperparameters: { ...hyperparameters }, weights }
    await registry.publish(artifactOf(trained, data), provenance)
  }
  await registry.promote({ model: 'ease', version: 1 }, { by: 'a test', reason: 'to serve' })
  service = await startService({
    database,
    registry,
    home,
    log: createLog('silent'),
    backend: 'cpu',
    host: '127.0.0.1',
    port: 0,
  })
  await service.loaded
})

afterAll(async () => {
  await service.close()
  await rm(home, { recursive: true })
})

async function recommendTo(userId: string): Promise<{ status: number; version: number; items: number }> {
  const response = await fetch(`${service.url}/recommend/${userId}?k=5`)
  const { model, items } = (await response.json()) as { model: { version: number }; items: unknown[] }
  return { status: response.status, version: model.version, items: items.length }
}

const script = (name: string, ...args: string[]) =>
  runScript(name, [...args, '--json'], { env: { DATABASE_URL: database.url, PALATE_HOME: home } })

/** Requests the lists of one user after another until `isOver`; returns all of them. */
async function askOn(
  first: number,
  isOver: () => boolean,
): Promise<Awaited<ReturnType<typeof recommendTo>>[]> {
  const lists = []
  for (let n = first; !isOver(); n++) lists.push(await recommendTo(userIds[n % userIds.length]!))
  return lists
}

test('promotion and rollback fail no request, and the service follows both', async () => {
  let isOver = false
  const askers = Promise.all(Array.from({ length: 8 }, (_, n) => askOn(7 * n, () => isOver)))
  const serving = async () => (await recommendTo(userIds[0]!)).version
  try {
    for (const [name, args, version] of [
      ['promote', ['ease@2'], 2],
      ['rollback', [], 1],
    ] as const) {
      const { code, stdout } = await script(name, ...args)
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toEqual({ model: 'ease', version, from: 3 - version })
      await expect.poll(serving).toBe(version)
    }
  } finally {
    isOver = true
  }
  const lists = (await askers).flat()
  expect(lists.filter(({ status, items }) => status !== 200 || items !== 5)).toEqual([])
  expect(new Set(lists.map(({ version }) => version))).toEqual(new Set([1, 2]))
})
