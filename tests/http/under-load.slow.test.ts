// Many concurrent requests over real HTTP while champions change.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { createLog } from '../../src/http/log.ts'
import { type Service, startService } from '../../src/http/service.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { fit } from '../../src/training/fit.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { createTestRegistry, provenance } from '../registry/test-registry.ts'
import { post } from './test-app.ts'

type Ranked = { itemId: string; score: number }[]
interface Recommendation {
  readonly model: { readonly version: number }
  readonly items: Ranked
}

const models: ModelName[] = ['mult-vae', 'u-autorec', 'i-autorec']
const k = 15
const database = await createTestDatabase()
const { registry, folder } = await createTestRegistry(database)
let data: Interactions
let service: Service
/** By model, version and user; each computed alone in this thread. */
const expected = new Map<string, Ranked>()

beforeAll(async () => {
  await useBackend('wasm')
  const world = createPlantedWorld({ users: 60, items: 300, ratingsPerUser: 25, seed: 5 })
  await createPostgresUserRatings(database).save([...world.ratings()])
  data = await loadInteractions(database.sql)
  for (const model of models) await publish(model, 1)
  for (const version of [2, 3]) await publish('mult-vae', version)
  for (const model of models) await promote(model, 1)
  const log = createLog('silent')
  service = await startService({
    database,
    registry,
    home: folder,
    log,
    backend: 'wasm',
    host: '127.0.0.1',
    port: 0,
  })
  await service.loaded
})
afterAll(() => service.close())

async function publish(name: ModelName, version: number): Promise<void> {
  const sizes = name === 'mult-vae' ? { hidden: [40], latent: 16 } : { hidden: 32 }
  const { weights, hyperparameters } = await fit({
    model: findModel(name),
    hyperparameters: { ...sizes, epochs: 1 },
    train: data.matrix,
    seed: version,
  })
  const artifact = artifactOf({ model: name, hyperparameters: { ...hyperparameters }, weights }, data)
  expect(await registry.publish(artifact, provenance)).toMatchObject({ version })
  const inference = await localInference(openArtifact)(artifact)
  for (let user = 0; user < data.matrix.rows; user++) {
    const history = historyOf(user)
    const { items, scores } = await inference.infer({
      kind: 'rank',
      query: { kind: 'history', history },
      excluded: history.items,
      allowed: null,
      options: { ...defaultOptions, k },
    })
    const ranked = Array.from(items, (item, n) => ({ itemId: data.items.idOf(item), score: scores[n]! }))
    expected.set(`${name}@${version} ${user}`, ranked)
  }
  inference.dispose()
}

function promote(model: string, version: number): Promise<void> {
  return registry.promote({ model, version }, { by: 'a test', reason: 'to serve' })
}

function historyOf(user: number) {
  const { offsets, indices, values } = data.matrix
  const [start, end] = [offsets[user]!, offsets[user + 1]!]
  return { items: indices.slice(start, end), values: values.slice(start, end) }
}

/** Requests by user id, or by the same history without an id. */
function request(model: string, user: number, isById: boolean): Promise<Response> {
  if (isById) return fetch(`${service.url}/recommend/${data.users.idOf(user)}?k=${k}&model=${model}`)
  const { items, values } = historyOf(user)
  const history = Array.from(items, (item, n) => ({ itemId: data.items.idOf(item), value: values[n]! }))
  return fetch(`${service.url}/recommend`, post({ history: history.reverse(), k, model }))
}

/** Requests lists for all users repeatedly, once more after `isOver`; gives the versions seen. */
async function requestAll(model: string, first: number, isOver: () => boolean): Promise<Set<number>> {
  const seen = new Set<number>()
  for (let n = first, isLast = false; !isLast; n += 7) {
    isLast = isOver()
    const user = n % data.matrix.rows
    const response = await request(model, user, n % 3 > 0)
    expect(response.status).toBe(200)
    const list = (await response.json()) as Recommendation
    const items = list.items.map(({ itemId, score }) => ({ itemId, score }))
    expect(items).toEqual(expected.get(`${model}@${list.model.version} ${user}`))
    seen.add(list.model.version)
  }
  return seen
}

test.each(models)('%s gives every concurrent request the result of that request alone', async (model) => {
  const started = performance.now()
  const clients = Array.from({ length: 24 }, (_, n) =>
    requestAll(model, n, () => performance.now() > started + 500),
  )
  await Promise.all(clients)
})

test('a change of champion under load fails no request, and every response is from one version', {
  timeout: 120_000,
}, async () => {
  let isOver = false
  const responses = Promise.all(Array.from({ length: 8 }, (_, n) => requestAll('mult-vae', n, () => isOver)))
  const serving = async () =>
    ((await (await request('mult-vae', 0, true)).json()) as Recommendation).model.version
  try {
    for (const version of [2, 3]) {
      await promote('mult-vae', version)
      await expect.poll(serving).toBe(version)
    }
  } finally {
    isOver = true
    await responses
  }
  expect(new Set((await responses).flatMap((versions) => [...versions]))).toEqual(new Set([1, 2, 3]))
})
