import { beforeAll, expect, test } from 'vitest'
import { groupedRatings } from '../../scripts/bench/synthetic-ratings.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { topItems } from '../../src/compute/top-items.ts'
import { type CsrMatrix, rowIndices } from '../../src/interactions/csr/csr-matrix.ts'
import { findModel } from '../../src/models/models.ts'
import { hasTopK, isLinearModel, type Scorer } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import { fitRetrieval } from '../../src/retrieval/fit-retrieval.ts'
import { fit } from '../../src/training/fit.ts'

const shape = { items: 2500, groups: 12 }
const ratings = groupedRatings({ ...shape, users: 900, ratings: 27_000 }, 1)
const heldOut = groupedRatings({ ...shape, users: 40, ratings: 1200 }, 2)
const settings = { positiveThreshold: 1, hidden: [64], latent: 24, batchSize: 100, annealingFraction: 0.5 }

let trained: Scorer
let untrained: Scorer

beforeAll(async () => {
  await useBackend('wasm')
  const model = findModel('mult-vae')
  const fitted = await fit({ model, train: ratings, hyperparameters: { ...settings, epochs: 6 }, seed: 1 })
  trained = model.open(fitted.weights, fitted.hyperparameters)
  untrained = await openUntrained(ratings)
  return () => {
    trained.dispose()
    untrained.dispose()
  }
})

async function openUntrained(data: CsrMatrix): Promise<Scorer> {
  const model = findModel('mult-vae')
  if (model.kind !== 'gradient') throw new Error('mult-vae is trained by gradient descent')
  const hyperparameters = model.resolve(settings, data)
  const weights = model.objective(data, hyperparameters).initialize(createRandom(1, 'weights'))
  return model.open(await model.exportWeights(weights, data, hyperparameters), hyperparameters)
}

/** The share of the exact top `k` items of users that were not in the training data. */
async function recallOf(scorer: Scorer, k: number): Promise<number> {
  if (!hasTopK(scorer)) throw new Error('The model has no search on this backend')
  const embeddings = await scorer.embed(heldOut)
  const scores = await scorer.decode(embeddings)
  const searches = Array.from({ length: heldOut.rows }, (_, user) => ({
    ...{ count: k, allowed: null },
    excluded: Int32Array.from(rowIndices(heldOut, user)),
  }))
  const found = await scorer.topK(embeddings, searches)
  const shares = found.map(({ items }, user) => {
    const own = scores.subarray(user * scorer.itemCount, (user + 1) * scorer.itemCount)
    const exact = topItems(own, searches[user]!.excluded, k)
    return exact.filter((item) => items.includes(item)).length / exact.length
  })
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

test.each([
  ['trained', () => trained],
  ['random', () => untrained],
])(
  'with %s weights, users that it was not fitted to get the exact top 100 with a recall of .99',
  async (_, open) => {
    const scorer = open()
    if (!isLinearModel(scorer)) throw new Error('mult-vae is a linear model')
    const retrieval = (await fitRetrieval(scorer, ratings, 1, 100))!
    expect(retrieval.projection.dimensions).toBeLessThanOrEqual(32)
    expect(retrieval.recall.recall).toBeGreaterThanOrEqual(0.99)
    scorer.searchBy(retrieval.projection)
    expect(await recallOf(scorer, 100)).toBeGreaterThanOrEqual(0.99)
    scorer.searchBy(undefined)
    expect(await recallOf(scorer, 100)).toBe(1)
  },
)

test('the same seed gives the same search', async () => {
  expect(await fitRetrieval(trained, ratings, 3, 100)).toEqual(await fitRetrieval(trained, ratings, 3, 100))
})

test('a small catalog and an item-item model have none', async () => {
  expect(await fitRetrieval(trained, ratings, 1)).toBeUndefined()
  const model = findModel('item-knn')
  const { weights, hyperparameters } = await fit({ model, train: ratings, seed: 1 })
  const scorer = model.open(weights, hyperparameters)
  expect(await fitRetrieval(scorer, ratings, 1, 100)).toBeUndefined()
  scorer.dispose()
})

test('a model of a single dimension, and one that has the same query for all users, have none', async () => {
  const model = findModel('mult-vae')
  const brief = { ...settings, hidden: [], epochs: 1 }
  const narrow = await fit({
    ...{ model, train: ratings, seed: 1 },
    hyperparameters: { ...brief, latent: 1 },
  })
  const one = model.open(narrow.weights, narrow.hyperparameters)
  expect(await fitRetrieval(one, ratings, 1, 100)).toBeUndefined()
  one.dispose()
  const users = 512
  const alike: CsrMatrix = {
    ...{ rows: users, columns: 50, offsets: Int32Array.from({ length: users + 1 }, (_, user) => user) },
    ...{ indices: new Int32Array(users).fill(7), values: new Float32Array(users).fill(1) },
  }
  const { weights, hyperparameters } = await fit({ model, train: alike, hyperparameters: brief, seed: 1 })
  const scorer = model.open(weights, hyperparameters)
  expect(await fitRetrieval(scorer, alike, 1, 10)).toBeUndefined()
  scorer.dispose()
})
