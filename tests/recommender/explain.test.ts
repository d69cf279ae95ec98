import { beforeAll, describe, expect, test } from 'vitest'
import { syntheticRatings } from '../../scripts/bench/synthetic-ratings.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import { explain } from '../../src/recommender/explain.ts'
import type { RatedItem } from '../../src/recommender/history.ts'
import { inThisThread } from '../../src/recommender/inference-in-this-thread.ts'
import { scoreItems } from '../../src/recommender/score.ts'
import { type ServedModel, serveModel } from '../../src/recommender/served-model.ts'
import { everyItem } from '../../src/recommender/wish.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { fit } from '../../src/training/fit.ts'

const itemCount = 1400
const ratings = syntheticRatings({ users: 60, items: itemCount, ratings: 3000 }, 1)
/** Of more items than are left out in turn. */
const long: RatedItem[] = Array.from({ length: 1250 }, (_, n) => ({
  itemId: String(n),
  value: 1 + ((n * 7) % 5),
}))
const tried = 1_000_000 / 1250

async function serve(name: ModelName, hyperparameters: object): Promise<ServedModel> {
  const model = findModel(name)
  const { weights, ...fitted } = await fit({ model, hyperparameters, train: ratings, seed: 1 })
  const items = createIdMap(Array.from({ length: itemCount }, (_, item) => String(item)))
  const artifact = artifactOf(
    { model: name, hyperparameters: { ...fitted.hyperparameters }, weights },
    { matrix: ratings, items },
  )
  const manifest = { model: name, version: 1 } as LoadedVersion['manifest']
  return serveModel({ manifest, artifact }, inThisThread(openArtifact))
}

describe('of a very long history', () => {
  let alike: ServedModel
  let apart: ServedModel

  beforeAll(async () => {
    await useBackend('wasm')
    alike = await serve('i-autorec', { hidden: 4, epochs: 2 })
    apart = await serve('item-knn', {})
    return () => {
      for (const { inference } of [alike, apart]) inference.dispose()
    }
  })

  test('the item itself and those most like it are left out, each exactly', async () => {
    const { reasons, knownItems, score } = await explain(alike, long, '5', everyItem)
    expect(knownItems).toBe(1250)
    expect(reasons).toHaveLength(tried)
    expect(new Set(reasons.map(({ itemId }) => itemId)).size).toBe(tried)
    const own = reasons.find(({ itemId }) => itemId === '5')!
    const without = long.filter(({ itemId }) => itemId !== '5')
    const { scores } = await scoreItems(alike, without, ['5'])
    expect(score - own.contribution).toBeCloseTo(scores[0]!, 4)
    const { items } = await alike.inference.answer({
      kind: 'similar-items',
      item: 5,
      k: 20,
      excluded: Int32Array.from({ length: itemCount - 1250 }, (_, n) => 1250 + n),
      allowed: null,
    })
    expect(reasons.map(({ itemId }) => itemId)).toEqual(expect.arrayContaining([...items].map(String)))
  })

  test('the items rated highest are left out where items have no vectors', async () => {
    const { reasons } = await explain(apart, long, '5', everyItem)
    const values = long.map(({ value }) => value).sort((a, b) => b - a)
    expect(reasons.map(({ value }) => value).sort((a, b) => b - a)).toEqual(values.slice(0, tried))
  })

  test('of a thousand all are left out', async () => {
    const { reasons, knownItems } = await explain(apart, long.slice(0, 1000), '5', everyItem)
    expect([reasons.length, knownItems]).toEqual([1000, 1000])
  })
})
