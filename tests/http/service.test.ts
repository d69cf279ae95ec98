// The whole path over real HTTP with models that were really trained.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { createLog } from '../../src/http/log.ts'
import { type Service, startService } from '../../src/http/service.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { sliceRows } from '../../src/interactions/csr/select.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import { isLatentModel, isRatingPredictor } from '../../src/models/scorer.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { fit } from '../../src/training/fit.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { createTestRegistry, provenance } from '../registry/test-registry.ts'
import { post } from './test-app.ts'

interface ResponseBody {
  model: { name: string; version: number }
  basis: string
  items: { itemId: string; title: string | null; score: number; predictedRating?: number }[]
}

const database = await createTestDatabase()
const { registry, folder } = await createTestRegistry(database)
const small = { epochs: 2, hidden: 12 }
const trained: [ModelName, object][] = [
  ['mult-vae', { epochs: 2, hidden: [16], latent: 8 }],
  ['u-autorec', small],
  ['i-autorec', small],
  ['ease', {}],
  ['popularity', {}],
]
let data: Interactions
let service: Service

beforeAll(async () => {
  await useBackend('cpu')
  const world = createPlantedWorld({ users: 80, items: 40, ratingsPerUser: 12, seed: 5 })
  await createPostgresUserRatings(database).save([...world.ratings()])
  await database.sql`update items set title = 'Film ' || id`
  data = await loadInteractions(database.sql)
  for (const [model, hyperparameters] of trained)
    await registry.promote(await publish(model, hyperparameters, 1), { by: 'a test', reason: 'to serve' })
  service = await startService({
    database,
    registry,
    home: folder,
    log: createLog('silent'),
    backend: 'cpu',
    host: '127.0.0.1',
    port: 0,
  })
  await service.loaded
})
afterAll(() => service.close())

async function publish(model: ModelName, given: object, seed: number) {
  const { weights, hyperparameters } = await fit({
    model: findModel(model),
    hyperparameters: given,
    train: data.matrix,
    seed,
  })
  const artifact = artifactOf({ model, hyperparameters: { ...hyperparameters }, weights }, data)
  return registry.publish(artifact, { ...provenance, seed })
}

const fetchJson = async (path: string, init?: RequestInit) =>
  (await (await fetch(`${service.url}${path}`, init)).json()) as ResponseBody

/** The ratings that a published version predicts for all items, worked out without the service; none if it predicts none. */
async function expectedRatings(model: string, history: CsrMatrix): Promise<Map<string, number>> {
  const { artifact } = await registry.load({ model, version: 1 })
  const scorer = openArtifact(artifact)
  const { ids } = artifact.items
  const everything = csrFromEntries(1, ids.length, {
    row: new Int32Array(ids.length),
    column: Int32Array.from(ids.keys()),
    values: new Float32Array(ids.length),
  })
  const ratings = isRatingPredictor(scorer)
    ? await scorer.predict(Int32Array.of(-1), history, everything)
    : new Float32Array(0)
  scorer.dispose()
  return new Map(Array.from(ratings, (rating, item) => [ids[item]!, rating]))
}

/** What the model of a published version gives, worked out without the service. */
async function expectedRanking(model: string, history: CsrMatrix, k: number): Promise<string[]> {
  const { artifact } = await registry.load({ model, version: 1 })
  const scorer = openArtifact(artifact)
  const scores = await scorer.score(history)
  scorer.dispose()
  return [...scores.keys()]
    .filter((item) => !history.indices.includes(item))
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .slice(0, k)
    .map((item) => artifact.items.idOf(item))
}

function basisOf(model: string): 'history' | 'popularity' {
  return model === 'popularity' ? 'popularity' : 'history'
}

describe.each(trained)('%s', (model) => {
  test('ranks for a known user as the model does, and the same for the history', async () => {
    for (const user of [0, 17, 63]) {
      const history = sliceRows(data.matrix, user, user + 1)
      const known = await fetchJson(`/recommend/${data.users.idOf(user)}?k=7&model=${model}`)
      expect(known).toMatchObject({ model: { name: model, version: 1 }, basis: basisOf(model) })
      expect(known.items.map(({ itemId }) => itemId)).toEqual(await expectedRanking(model, history, 7))
      expect(known.items.map(({ title }) => title)).toEqual(known.items.map(({ itemId }) => `Film ${itemId}`))
      const rated = Array.from(history.indices, (item, n) => ({
        itemId: data.items.idOf(item),
        value: history.values[n],
      }))
      const { items } = await fetchJson('/recommend', post({ history: rated.reverse(), k: 7, model }))
      expect(items).toEqual(known.items)
    }
  })

  test('ranks the same alone, in a batch, and among concurrent requests', async () => {
    const userIds = data.users.ids.slice(0, 30)
    const path = (userId: string) => `/recommend/${userId}?k=20&model=${model}`
    const alone: ResponseBody[] = []
    for (const userId of userIds) alone.push(await fetchJson(path(userId)))
    const together = await Promise.all(userIds.map((userId) => fetchJson(path(userId))))
    const { users } = (await fetchJson('/recommend/batch', post({ userIds, k: 20, model }))) as unknown as {
      users: ResponseBody[]
    }
    for (const [n, { items }] of alone.entries()) {
      expect(together[n]!.items).toEqual(items)
      expect(users[n]!.items).toEqual(items)
    }
  })

  test('gives predicted ratings beside the scores if the model predicts ratings', async () => {
    const history = sliceRows(data.matrix, 17, 18)
    const expected = await expectedRatings(model, history)
    const userId = data.users.idOf(17)
    const items = [...data.items.ids.slice(0, 5), 'unknown', data.items.idOf(2)]
    const { scores } = (await fetchJson(
      '/score',
      post({ subject: { userId }, items, model }),
    )) as unknown as {
      scores: ResponseBody['items']
    }
    expect(scores.map(({ itemId }) => itemId)).toEqual(items)
    const listed = (await fetchJson(`/recommend/${userId}?k=7&model=${model}`)).items
    for (const { itemId, predictedRating } of [...listed, ...scores]) {
      const rating = expected.get(itemId)
      if (rating === undefined) expect(predictedRating).toBeUndefined()
      else {
        expect(predictedRating).toBeCloseTo(rating, 4)
        expect(predictedRating).toBeGreaterThanOrEqual(1)
        expect(predictedRating).toBeLessThanOrEqual(5)
      }
    }
    const cold = (await fetchJson('/recommend', post({ history: [], model }))).items
    expect(cold.every(({ predictedRating }) => predictedRating === undefined)).toBe(true)
  })

  test('responds for a user with one rating, with all items, and with none', async () => {
    const one = csrFromEntries(1, data.items.size, {
      row: Int32Array.of(0),
      column: Int32Array.of(3),
      values: Float32Array.of(5),
    })
    const history = [{ itemId: data.items.idOf(3), value: 5 }]
    const { items } = await fetchJson('/recommend', post({ history, k: 1000, model }))
    expect(items.map(({ itemId }) => itemId)).toEqual(await expectedRanking(model, one, 1000))
    const all = data.items.ids.map((itemId) => ({ itemId }))
    expect((await fetchJson('/recommend', post({ history: all, model }))).items).toEqual([])
    expect(await fetchJson('/recommend', post({ history: [], model }))).toMatchObject({ basis: 'popularity' })
  })

  test('gives an embedding only if the model has a latent space', async () => {
    const { artifact } = await registry.load({ model, version: 1 })
    const scorer = openArtifact(artifact)
    const response = await fetch(`${service.url}/users/${data.users.idOf(5)}/embedding?model=${model}`)
    if (isLatentModel(scorer)) {
      const embedding = await scorer.embed(sliceRows(data.matrix, 5, 6))
      expect(await response.json()).toMatchObject({ size: scorer.latentSize, embedding: [...embedding] })
    } else {
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ type: 'urn:problem-type:palate:unsupported-by-model' })
    }
    scorer.dispose()
  })
})

test('a version promoted under load takes over without a failed request', async () => {
  const { version } = await publish('mult-vae', trained[0]![1], 2)
  const versions: number[] = []
  let promoted: Promise<void> | undefined
  while (versions.at(-1) !== version) {
    const { model, items } = await fetchJson(`/recommend/${data.users.idOf(0)}?model=mult-vae`)
    expect(items).toHaveLength(10)
    versions.push(model.version)
    promoted ??= registry.promote({ model: 'mult-vae', version }, { by: 'a test', reason: 'to take over' })
  }
  expect(versions).toEqual(versions.toSorted((a, b) => a - b))
  await promoted
})
