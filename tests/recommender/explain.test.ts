import { beforeAll, describe, expect, test } from 'vitest'
import { syntheticRatings } from '../../scripts/bench/synthetic-ratings.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import type { RatedItem } from '../../src/ratings/user-ratings.ts'
import { explain } from '../../src/recommender/explain.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { scoreItems } from '../../src/recommender/recommend.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { type ServedModel, serveModel } from '../../src/recommender/served-model.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { fit } from '../../src/training/fit.ts'

const itemCount = 1400
const ratings = syntheticRatings({ users: 60, items: itemCount, ratings: 3000 }, 1)
/** Has more items than an explanation omits. */
const longHistory: RatedItem[] = Array.from({ length: 1250 }, (_, n) => ({
  itemId: String(n),
  value: 1 + ((n * 7) % 5),
}))
const omittedItems = 100_000 / 1250

async function serve(name: ModelName, hyperparameters: object): Promise<ServedModel> {
  const model = findModel(name)
  const { weights, ...fitted } = await fit({ model, hyperparameters, train: ratings, seed: 1 })
  const items = createIdMap(Array.from({ length: itemCount }, (_, item) => String(item)))
  const artifact = artifactOf(
    { model: name, hyperparameters: { ...fitted.hyperparameters }, weights },
    { matrix: ratings, items },
  )
  const manifest = { model: name, version: 1 } as LoadedVersion['manifest']
  return serveModel({ manifest, artifact }, localInference(openArtifact))
}

describe('the explanation for a very long history', () => {
  let withVectors: ServedModel
  let withoutVectors: ServedModel
  let closedForm: ServedModel

  beforeAll(async () => {
    await useBackend('wasm')
    withVectors = await serve('i-autorec', { hidden: 4, epochs: 2 })
    withoutVectors = await serve('rec-vae-edlae', { hidden: 8, latent: 4, epochs: 1 })
    closedForm = await serve('item-knn', {})
    return () => {
      for (const { inference } of [withVectors, withoutVectors, closedForm]) inference.dispose()
    }
  })

  test('omits the item itself and the items most similar to it, with exact contributions', async () => {
    const { reasons, knownItems, score } = await explain(withVectors, longHistory, '5', defaultOptions)
    expect(knownItems).toBe(1250)
    expect(reasons).toHaveLength(omittedItems)
    expect(new Set(reasons.map(({ itemId }) => itemId)).size).toBe(omittedItems)
    const reason = reasons.find(({ itemId }) => itemId === '5')!
    const without = longHistory.filter(({ itemId }) => itemId !== '5')
    const { scores } = await scoreItems(withVectors, without, ['5'])
    expect(score - reason.contribution).toBeCloseTo(scores[0]!.score!, 4)
    const { items } = await withVectors.inference.infer({
      kind: 'similar-items',
      item: 5,
      k: 20,
      excluded: Int32Array.from({ length: itemCount - 1250 }, (_, n) => 1250 + n),
      allowed: null,
    })
    expect(reasons.map(({ itemId }) => itemId)).toEqual(expect.arrayContaining([...items].map(String)))
  })

  test('omits the items with the highest ratings if the model has no item vectors', async () => {
    const { reasons } = await explain(withoutVectors, longHistory, '5', defaultOptions)
    const values = longHistory.map(({ value }) => value).sort((a, b) => b - a)
    expect(reasons.map(({ value }) => value).sort((a, b) => b - a)).toEqual(values.slice(0, omittedItems))
  })

  test('omits all of 300 items', async () => {
    const history = longHistory.slice(0, 300)
    const { reasons, knownItems } = await explain(withoutVectors, history, '5', defaultOptions)
    expect([reasons.length, knownItems]).toEqual([300, 300])
  })

  test('covers all items where contributions have a closed form', async () => {
    const { reasons, score } = await explain(closedForm, longHistory, '5', defaultOptions)
    expect(reasons).toHaveLength(1250)
    expect(reasons.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 3)
  })
})
