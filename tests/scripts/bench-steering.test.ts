import { expect, test } from 'vitest'
import { measureSteering } from '../../scripts/bench/steering.ts'
import type { CatalogItem } from '../../src/ratings/item-catalog.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { serveModel } from '../../src/recommender/served-model.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { alternatingArtifact, openProjection } from '../registry/projection-model.ts'

/** Ten items: those of genre even are in one group, those of genre odd in the other. */
const ids = Array.from({ length: 10 }, (_, n) => `item ${n}`)
const catalog = new Map(
  ids.map((id, n) => [id, { attributes: { genres: [n % 2 ? 'odd' : 'even'] } } as unknown as CatalogItem]),
)
const user = { userId: 'u', history: ['item 0', 'item 2'].map((itemId) => ({ itemId, value: 5 })) }

test('steering is measured by the share of each value, the change of the others, and what remains of the list', async () => {
  const manifest = { model: 'projection', version: 1 } as LoadedVersion['manifest']
  const artifact = alternatingArtifact(ids)
  const model = await serveModel({ manifest, artifact }, localInference(openProjection))
  const effects = await measureSteering(model, [user], catalog, {
    attribute: 'genres',
    values: ['odd', 'even'],
    strengths: [0, 3],
    k: 3,
  })
  model.retire()
  expect(effects).toEqual([
    { strength: 0, shares: [0, 1], drift: 0, overlap: 1 },
    // toward odd the whole list changes, toward even nothing
    { strength: 3, shares: [1, 1], drift: 0.5, overlap: 0.5 },
  ])
})
