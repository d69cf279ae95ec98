// Items that arrive while the service runs, over HTTP, on versions that were trained and published as the commands do it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../src/client/client.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { createLog } from '../../src/http/log.ts'
import { type Service, startService } from '../../src/http/service.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel } from '../../src/models/models.ts'
import { readCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import { trainAndPublish } from '../../src/training/train-and-publish.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { smallHyperparameters } from '../models/small-hyperparameters.ts'
import { createTestRegistry } from '../registry/test-registry.ts'

const database = await createTestDatabase()
const { registry, folder } = await createTestRegistry(database)
let service: Service
let client: ReturnType<typeof createClient>

const mood = (n: number) => (n % 2 === 0 ? 'bright' : 'dark')

beforeAll(async () => {
  await useBackend('cpu')
  const ratings = Array.from({ length: 40 * 30 }, (_, n) => [n % 40, Math.floor(n / 40)] as const)
    .filter(([user, item]) => (user + item) % 2 === 0 && (user * 7 + item * 5) % 11 < 7)
    .map(([user, item]) => ({ userId: `u${user}`, itemId: `i${item}`, value: 5 }))
  await createPostgresUserRatings(database).save(ratings)
  await database.sql`
    update items
    set attributes = jsonb_build_object('mood', case when substr(id, 2)::int % 2 = 0 then 'bright' else 'dark' end)`
  const { matrix, users, items } = await loadInteractions(database.sql)
  for (const [name, hyperparameters] of [
    ['ease', { regularization: 20 }],
    ['mult-vae', smallHyperparameters['mult-vae']],
  ] as const) {
    const { manifest } = await trainAndPublish({
      model: findModel(name),
      hyperparameters,
      split: { train: matrix, users, items },
      dataFingerprint: 'f',
      trainedUpTo: null,
      seed: 1,
      backend: 'cpu',
      readCatalog: () => readCatalog(database),
      registry,
      runs: createPostgresTrainingRuns(database),
    })
    await registry.promote(manifest, { by: 'a test', reason: 'to serve' })
  }
  service = await startService({
    ...{ database, registry, home: folder, log: createLog('silent'), backend: 'cpu' },
    ...{ host: '127.0.0.1', port: 0 },
  })
  await service.loaded
  client = createClient({ baseUrl: service.url })
})
afterAll(() => service.close())

async function listOf(user: number, model: string, query = {}): Promise<string[]> {
  const { data } = await client.GET('/recommend/{userId}', {
    params: { path: { userId: `u${user}` }, query: { k: 30, model, ...query } },
  })
  return data!.items.map(({ itemId }) => itemId)
}

const put = (itemId: string, body: object) =>
  client.PUT('/items/{itemId}', { params: { path: { itemId } }, body })

test('GET /models names the attributes', async () => {
  const { data } = await client.GET('/models')
  const attributes = data!.models.map(({ name, serving }) => [name, serving!.newItemAttributes])
  expect(Object.fromEntries(attributes)).toEqual({ ease: ['mood'], 'mult-vae': ['mood'] })
})

test.each(['ease', 'mult-vae'])(
  '%s recommends a new item to its users soon, until it is hidden',
  async (model) => {
    const itemId = `new for ${model}`
    await put(itemId, { title: 'Nova', attributes: { mood: 'bright' } })
    const rankFor = async (user: number) => (await listOf(user, model)).indexOf(itemId)
    await expect.poll(() => rankFor(2)).toBeGreaterThanOrEqual(0)
    const [bright, dark] = [await listOf(2, model), await listOf(3, model)]
    // before the items of the other mood
    expect(bright.slice(0, bright.indexOf(itemId)).every((id) => Number(id.slice(1)) % 2 === 0)).toBe(true)
    expect(dark.indexOf(itemId)).toBeGreaterThan(dark.findIndex((id) => mood(Number(id.slice(1))) === 'dark'))
    const filter = 'mood = "bright" and title = "Nova"'
    expect(await listOf(3, model, { filter, include: [itemId, 'i2'] })).toEqual([itemId])
    expect(await listOf(2, model, { exclude: [itemId] })).not.toContain(itemId)
    const { data: scored } = await client.POST('/score', {
      body: { subject: { userId: 'u2' }, items: [itemId, 'i1'], model },
    })
    expect(scored!.scores[0]!.score).toBeGreaterThan(scored!.scores[1]!.score!)
    const { data: explained } = await client.GET('/recommend/{userId}/explain/{itemId}', {
      params: { path: { userId: 'u2', itemId }, query: { model } },
    })
    expect(explained).toMatchObject({ leftOut: null, rank: bright.indexOf(itemId) + 1 })
    expect(explained!.reasons.length).toBeGreaterThan(3)
    await client.POST('/ratings', { body: { userId: 'u2', itemId, value: 5 } })
    expect(await listOf(2, model)).not.toContain(itemId)
    await put(itemId, { hidden: true })
    expect(await listOf(4, model)).not.toContain(itemId)
  },
)

test('the most popular items for an unknown user leave a new item behind popular ones', async () => {
  await put('newest', { attributes: { mood: 'dark' } })
  await expect.poll(() => listOf(99, 'ease')).toContain('newest')
  expect((await listOf(99, 'ease')).indexOf('newest')).toBeGreaterThan(3)
})

test('an item without a known attribute is unknown', async () => {
  await put('odd', { attributes: { mood: 'silver', color: 'red' } })
  await put('last', { attributes: { mood: 'dark' } })
  await expect.poll(() => listOf(3, 'ease')).toContain('last')
  expect(await listOf(3, 'ease')).not.toContain('odd')
  const { error } = await client.GET('/recommend/{userId}/explain/{itemId}', {
    params: { path: { userId: 'u3', itemId: 'odd' }, query: { model: 'ease' } },
  })
  expect(error).toMatchObject({ status: 404, detail: expect.stringContaining('no attribute that predicts') })
})

test('many requests while items arrive: every response is valid, and no list has an item twice', async () => {
  const arriving = Array.from({ length: 20 }, (_, n) => put(`burst-${n}`, { attributes: { mood: mood(n) } }))
  const lists = Array.from({ length: 60 }, (_, n) =>
    listOf(n % 40, n % 2 ? 'ease' : 'mult-vae', n % 3 ? {} : { filter: 'mood = "dark"' }),
  )
  await Promise.all(arriving)
  for (const list of await Promise.all(lists)) expect(new Set(list).size).toBe(list.length)
  await expect
    .poll(async () => (await listOf(3, 'ease', { k: 100 })).filter((id) => id.startsWith('burst')).length, {
      timeout: 10_000,
    })
    .toBe(20)
})
