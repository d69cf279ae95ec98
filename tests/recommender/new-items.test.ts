// Items that were added after training: even users like even items, and the side of an item is an attribute.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fitAttributeRegression } from '../../src/attributes/fit-attribute-regression.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { openChangeFeed } from '../../src/db/change-feed.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import { createPostgresItemCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { explain } from '../../src/recommender/explain.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { embedItem, similarItems } from '../../src/recommender/latent-space.ts'
import { recommend } from '../../src/recommender/recommend.ts'
import { recommendForGroup } from '../../src/recommender/recommend-for-group.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { scoreItems } from '../../src/recommender/score-items.ts'
import { type ServedModel, serveModel, UnknownItemError } from '../../src/recommender/served-model.ts'
import { artifactOf, decodeArtifact, encodeArtifact } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { fit } from '../../src/training/fit.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { smallHyperparameters } from '../models/small-hyperparameters.ts'
import { matrixOf } from '../models/worlds.ts'

const size = 24
/** Each user lacks four of the items of their side. */
const ratings = matrixOf(size, size, (user, item) =>
  (user + item) % 2 === 0 && (user + 3 * item) % 12 !== 0 ? 5 : (user + item) % 6 === 1 ? 1 : undefined,
)
const items = createIdMap(Array.from({ length: size }, (_, item) => `i${item}`))
const side = (n: number) => (n % 2 === 0 ? 'even' : 'odd')
const newItems = ['even-1', 'even-2', 'odd-1', 'odd-2']
const historyOf = (parity: number) => [0, 2, 4, 6].map((item) => ({ itemId: `i${item + parity}`, value: 5 }))

const database = await createTestDatabase()
const changes = openChangeFeed(database.sql)
const catalog = createPostgresItemCatalog(database, changes)
afterAll(() => changes.close())

async function insert(itemId: string, attributes: object) {
  await database.sql`
    insert into items (id, attributes) values (${itemId}, ${attributes as never}::jsonb)
    on conflict (id) do update set attributes = excluded.attributes`
}

beforeAll(async () => {
  await useBackend('cpu')
  for (const [n, itemId] of items.ids.entries()) await insert(itemId, { side: side(n), shelf: n % 5 })
  for (const itemId of newItems) await insert(itemId, { side: itemId.split('-')[0] })
  await insert('unlike', { color: 'red' })
})

async function serve(name: ModelName): Promise<ServedModel> {
  const model = findModel(name)
  const { weights, ...fitted } = await fit({
    model,
    hyperparameters: smallHyperparameters[name],
    train: ratings,
    seed: 1,
  })
  const hyperparameters = { ...fitted.hyperparameters }
  const scorer = model.open(weights, hyperparameters)
  const known = await catalog.read()
  const attributeRegression = await fitAttributeRegression(
    scorer,
    ratings,
    items.ids.map((itemId) => known.get(itemId)?.attributes),
  )
  scorer.dispose()
  const trained = artifactOf({ model: name, hyperparameters, weights }, { matrix: ratings, items })
  const stored = encodeArtifact({ ...trained, ...(attributeRegression && { attributeRegression }) })
  const artifact = decodeArtifact(Buffer.concat(stored))
  const manifest = { model: name, version: 1 } as LoadedVersion['manifest']
  return serveModel({ manifest, artifact }, localInference(openArtifact), catalog)
}

/** One of each kind of scorer: with a latent space, a posterior, item vectors, predicted ratings, contributions in closed form. */
const kinds = ['ease', 'ials', 'i-autorec', 'mult-vae', 'blend'] as const

describe.each(kinds)('%s', (name) => {
  let model: ServedModel

  beforeAll(async () => {
    model = await serve(name)
  })
  afterAll(() => model.retire())

  const listFor = async (parity: number, options = {}) => {
    const list = await recommend(model, historyOf(parity), { ...defaultOptions, k: 100, ...options })
    return list.items.map(({ itemId }) => itemId)
  }

  test('uses the attribute that predicts scores', () => {
    expect(model.newItemAttributes).toEqual(['side'])
  })

  test('recommends new items to the users of their side', async () => {
    for (const parity of [0, 1]) {
      const list = await listFor(parity)
      expect(list).toHaveLength(size - 4 + newItems.length)
      const ranks = newItems.map((itemId) => list.indexOf(itemId))
      const sameSide = ranks.slice(2 * parity, 2 * parity + 2)
      const others = ranks.toSpliced(2 * parity, 2)
      expect(Math.max(...sameSide)).toBeLessThan(Math.min(...others))
      // half of the items are of the side, and an item of the other side comes before none of them
      expect(Math.max(...sameSide)).toBeLessThan(list.length / 2 + 1)
    }
  })

  test('applies include, exclude and filters to them', async () => {
    expect(await listFor(0, { include: ['even-1', 'odd-2', 'unlike'] })).toEqual(['even-1', 'odd-2'])
    expect(await listFor(0, { exclude: ['even-1'] })).not.toContain('even-1')
    const filter = { attribute: 'side', operator: '=', value: 'odd' }
    expect((await listFor(0, { filter })).filter((itemId) => newItems.includes(itemId)).sort()).toEqual([
      'odd-1',
      'odd-2',
    ])
    const rated = [...historyOf(0), { itemId: 'even-1', value: 5 }]
    const { items, ignored } = await recommend(model, rated, { ...defaultOptions, k: 100 })
    expect(items.map(({ itemId }) => itemId)).not.toContain('even-1')
    expect(ignored).toEqual(['even-1'])
  })

  test('gives the scores of a list to /score and to the explanation', async () => {
    const { items } = await recommend(model, historyOf(0), { ...defaultOptions, k: 100 })
    const { scores } = await scoreItems(model, historyOf(0), ['odd-1', 'unlike', 'even-1'])
    expect(scores[1]).toEqual({ itemId: 'unlike', score: null })
    for (const { itemId, score, predictedRating } of [scores[0]!, scores[2]!]) {
      const rank = items.findIndex((item) => item.itemId === itemId)
      expect(items[rank]).toMatchObject({ itemId, score })
      expect(items[rank]!.predictedRating).toBe(predictedRating)
      const explanation = await explain(model, historyOf(0), itemId, defaultOptions)
      expect(explanation).toMatchObject({ score, rank: rank + 1, leftOut: null })
      const { reasons } = explanation
      expect(reasons.map(({ itemId }) => itemId).sort()).toEqual(['i0', 'i2', 'i4', 'i6'])
      for (const reason of reasons) {
        const history = historyOf(0).filter(({ itemId }) => itemId !== reason.itemId)
        const without = await scoreItems(model, history, [itemId])
        expect(reason.contribution).toBeCloseTo(score! - without.scores[0]!.score!, 4)
      }
    }
  })

  test('has its vector and similar items where the model has vectors', async (context) => {
    if (model.inference.capabilities.itemVectorSize === null)
      return context.skip('this model has no item vectors')
    const similar = await similarItems(model, 'even-1', 100, defaultOptions)
    expect(similar).toContainEqual({ itemId: 'even-2', score: expect.closeTo(1, 4) })
    const isEven = (itemId: string) => /even|i\d*[02468]$/.test(itemId)
    const firstOther = similar.findIndex(({ itemId }) => !isEven(itemId))
    expect(similar.slice(firstOther).filter(({ itemId }) => isEven(itemId))).toEqual([])
    expect(await embedItem(model, 'even-1')).toEqual(await embedItem(model, 'even-2'))
    const ofTrained = await similarItems(model, 'i3', 100, defaultOptions)
    const ranks = newItems.map((itemId) => ofTrained.findIndex((item) => item.itemId === itemId))
    expect(Math.max(ranks[2]!, ranks[3]!)).toBeLessThan(Math.min(ranks[0]!, ranks[1]!))
    const diverse = await recommend(model, historyOf(0), { ...defaultOptions, k: 10, diversity: 0.5 })
    expect(diverse.items).toHaveLength(10)
  })

  test('has new items in lists for groups', async () => {
    for (const blend of ['mean', 'least-misery'] as const) {
      const histories = [historyOf(0), [{ itemId: 'even-2', value: 5 }, ...historyOf(0)]]
      const { items } = await recommendForGroup(model, histories, blend, { ...defaultOptions, k: 100 })
      const list = items.map(({ itemId }) => itemId)
      expect(list).not.toContain('even-2')
      expect(list.indexOf('even-1')).toBeLessThan(list.indexOf('odd-1'))
    }
  })
})

describe('a change of the catalog', () => {
  let model: ServedModel

  beforeAll(async () => {
    model = await serve('ease')
  })
  afterAll(() => model.retire())

  const rankOf = (itemId: string) =>
    model.use(async () => {
      const { items } = await recommend(model, historyOf(0), { ...defaultOptions, k: 100 })
      return items.findIndex((item) => item.itemId === itemId)
    })

  test('adds, changes and withdraws new items, and keeps the others', async () => {
    const list = await recommend(model, historyOf(0), { ...defaultOptions, k: 10 })
    await insert('later', { side: 'even' })
    await expect.poll(() => rankOf('later')).toBeGreaterThanOrEqual(0)
    const asEven = await rankOf('later')
    await insert('later', { side: 'odd' })
    await expect.poll(() => rankOf('later')).toBeGreaterThan(asEven)
    await insert('later', { color: 'red' })
    await expect.poll(() => rankOf('later')).toBe(-1)
    await expect(explain(model, historyOf(0), 'later', defaultOptions)).rejects.toThrow(UnknownItemError)
    await insert('later', { side: 'even' })
    await expect.poll(() => rankOf('later')).toBe(asEven)
    await database.sql`delete from items where id = 'later'`
    await expect.poll(() => rankOf('later')).toBe(-1)
    expect(await recommend(model, historyOf(0), { ...defaultOptions, k: 10 })).toEqual(list)
  })
})

test('a model whose items have no attribute that predicts scores recommends no new item', async () => {
  await database.sql`update items set attributes = attributes - 'side' where id like 'i%'`
  await expect.poll(async () => (await catalog.read()).get('i0')?.attributes).not.toHaveProperty('side')
  const model = await serve('ease')
  expect(model.newItemAttributes).toEqual([])
  const { items } = await recommend(model, historyOf(0), { ...defaultOptions, k: 100 })
  expect(items).toHaveLength(size - 4)
  model.retire()
})
