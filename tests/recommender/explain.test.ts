import { beforeAll, describe, expect, test } from 'vitest'
import { syntheticRatings } from '../../scripts/bench/synthetic-ratings.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import type { Scorer } from '../../src/models/scorer.ts'
import type { RatedItem } from '../../src/ratings/user-ratings.ts'
import { explain } from '../../src/recommender/explain.ts'
import { maxPasses } from '../../src/recommender/inference/contributions.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { type ServedModel, serveModel } from '../../src/recommender/served-model.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { fit } from '../../src/training/fit.ts'
import { matrixOf } from '../models/worlds.ts'

const itemCount = 1400
const ratings = syntheticRatings({ users: 60, items: itemCount, ratings: 3000 }, 1)
/** Longer than what is explained without a closed form. */
const longHistory: RatedItem[] = Array.from({ length: 1250 }, (_, n) => ({
  itemId: String(n),
  value: 1 + ((n * 7) % 5),
}))
async function serve(name: ModelName, hyperparameters: object): Promise<ServedModel & { scorer: Scorer }> {
  const model = findModel(name)
  const { weights, ...fitted } = await fit({ model, hyperparameters, train: ratings, seed: 1 })
  const items = createIdMap(Array.from({ length: itemCount }, (_, item) => String(item)))
  const artifact = artifactOf(
    { model: name, hyperparameters: { ...fitted.hyperparameters }, weights },
    { matrix: ratings, items },
  )
  const manifest = { model: name, version: 1 } as LoadedVersion['manifest']
  const served = await serveModel({ manifest, artifact }, localInference(openArtifact))
  return Object.assign(served, { scorer: openArtifact(artifact) })
}

/** What the scores of some items lose without each item of a history, by scoring each smaller history. */
async function leaveEachOut(
  { scorer }: { scorer: Scorer },
  history: readonly RatedItem[],
  items: readonly number[],
): Promise<Map<string, number>[]> {
  const valuesOf = (omitted?: string) => {
    const values: (number | undefined)[] = new Array(itemCount)
    for (const { itemId, value } of history) if (itemId !== omitted) values[Number(itemId)] = value
    return values
  }
  const scoresOf = (histories: (number | undefined)[][]) =>
    scorer.score(matrixOf(histories.length, itemCount, (user, item) => histories[user]![item]))
  const whole = await scoresOf([valuesOf(), valuesOf()])
  const losses = items.map(() => new Map<string, number>())
  for (let start = 0; start < history.length; start += 50) {
    const omitted = history.slice(start, start + 50)
    const scores = await scoresOf(omitted.map(({ itemId }) => valuesOf(itemId)))
    for (const [n, item] of items.entries())
      for (const [user, { itemId }] of omitted.entries())
        losses[n]!.set(itemId, whole[item]! - scores[user * itemCount + item]!)
  }
  return losses
}

const learning = { batchSize: 20, learningRate: 0.02 }
const settings = {
  'mult-vae': { ...learning, hidden: [24], latent: 8, epochs: 20 },
  'rec-vae': { ...learning, hidden: 24, latent: 8, layers: 3, epochs: 8 },
  'i-autorec': { hidden: 4, epochs: 2 },
  'item-knn': {},
} as const

describe('the explanation for a very long history', () => {
  beforeAll(async () => {
    await useBackend('wasm')
  })

  test.each(['mult-vae', 'rec-vae'] as const)(
    'of %s has the largest of all contributions, and each is exact',
    async (name) => {
      const model = await serve(name, settings[name])
      const items = [5, 700, 1300]
      const lossesOf = await leaveEachOut(model, longHistory, items)
      for (const [n, item] of items.entries()) {
        const { reasons, knownItems } = await explain(model, longHistory, String(item), defaultOptions)
        expect([reasons.length, knownItems]).toEqual([maxPasses, 1250])
        const losses = lossesOf[n]!
        const scale = Math.max(...[...losses.values()].map(Math.abs))
        for (const { itemId, contribution } of reasons)
          expect(Math.abs(contribution - losses.get(itemId)!) / scale).toBeLessThan(0.01)
        const largest = [...losses].sort(([, a], [, b]) => b - a)
        const idsOf = (ids: string[]) => new Set(ids)
        expect(idsOf(reasons.slice(0, 20).map(({ itemId }) => itemId))).toEqual(
          idsOf(largest.slice(0, 20).map(([itemId]) => itemId)),
        )
      }
      model.inference.dispose()
    },
  )

  test('covers all of 256 items', async () => {
    const model = await serve('mult-vae', settings['mult-vae'])
    const { reasons, knownItems } = await explain(model, longHistory.slice(0, maxPasses), '5', defaultOptions)
    expect([reasons.length, knownItems]).toEqual([maxPasses, maxPasses])
    model.inference.dispose()
  })

  test('covers all items where contributions have a closed form', async () => {
    const closedForm = await serve('item-knn', settings['item-knn'])
    const { reasons, score } = await explain(closedForm, longHistory, '5', defaultOptions)
    expect(reasons).toHaveLength(1250)
    expect(reasons.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(score, 3)
    const autoRec = await serve('i-autorec', settings['i-autorec'])
    expect((await explain(autoRec, longHistory, '5', defaultOptions)).reasons).toHaveLength(1250)
    for (const { inference } of [closedForm, autoRec]) inference.dispose()
  })
})
