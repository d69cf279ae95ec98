import { expect, test } from 'vitest'
import type { RatedItem } from '../../src/recommender/history.ts'
import { UnsupportedByModelError } from '../../src/recommender/inference.ts'
import { inThisThread } from '../../src/recommender/inference-in-this-thread.ts'
import { embed, similarItems } from '../../src/recommender/latent-space.ts'
import { recommend as recommendAs, recommendForGroup } from '../../src/recommender/recommend.ts'
import { serveModel } from '../../src/recommender/served-model.ts'
import { everyItem, plainWish } from '../../src/recommender/wish.ts'
import type { Artifact } from '../../src/registry/artifact.ts'
import type { Manifest } from '../../src/registry/registry.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'

const manifest: Manifest = {
  ...provenance,
  model: 'projection',
  version: 1,
  hyperparameters: {},
  artifact: { key: '', sha256: '', bytes: 0 },
  prunedAt: null,
  createdAt: new Date(0),
}
const serve = (
  artifact = projectionArtifact(0.1),
  open: (artifact: Artifact) => ReturnType<typeof openProjection> = openProjection,
) => serveModel({ manifest, artifact }, inThisThread(open))
const model = await serve()
const recommend = (served: typeof model, rated: readonly RatedItem[], k: number) =>
  recommendAs(served, rated, plainWish(k))

test('the items of the history’s taste come first, nothing rated among them', async () => {
  const { basis, items, ignored } = await recommend(model, [{ itemId: 'd', value: 4 }], 3)
  expect({ basis, ignored }).toEqual({ basis: 'history', ignored: [] })
  // d is projected to (0.4, 2); a, b and c lie at (1, 0.1), (0.5, 0.1) and (0.1, 1).
  expect(items.map(({ itemId }) => itemId)).toEqual(['c', 'a', 'b'])
  expect(items.map(({ score }) => score.toFixed(5))).toEqual(['2.04000', '0.60000', '0.40000'])
})

test('no more than k are given, and fewer when fewer are left', async () => {
  expect((await recommend(model, [{ itemId: 'd', value: 4 }], 1)).items).toHaveLength(1)
  expect((await recommend(model, [{ itemId: 'd', value: 4 }], 1000)).items).toHaveLength(3)
  const all = ['a', 'b', 'c', 'd'].map((itemId) => ({ itemId, value: 1 }))
  expect((await recommend(model, all, 10)).items).toEqual([])
})

test('of whom nothing is known, the most rated items are shown', async () => {
  const expected = ['c', 'a', 'd', 'b'].map((itemId, place) => ({ itemId, score: 4 - place }))
  expect(await recommend(model, [], 10)).toEqual({ basis: 'popularity', items: expected, ignored: [] })
  const strange = await recommend(model, [{ itemId: 'new', value: 5 }], 2)
  expect(strange).toEqual({ basis: 'popularity', items: expected.slice(0, 2), ignored: ['new'] })
})

test('the embedding is the model’s own, of what it knows of the history', async () => {
  const rated = [
    { itemId: 'a', value: 2 },
    { itemId: 'new', value: 5 },
  ]
  expect(await embed(model, rated)).toEqual({
    mean: Float32Array.of(2, 0.2),
    std: Float32Array.of(0.25, 0.25),
  })
  expect(await embed(model, [])).toEqual({
    mean: Float32Array.of(0, 0),
    std: Float32Array.of(0.25, 0.25),
  })
})

test('a model without a latent space recommends, and says why it cannot embed', async () => {
  const scorer = openProjection(projectionArtifact())
  const { itemCount, score, dispose } = scorer
  const open = inThisThread(() => ({ itemCount, score, dispose }))
  const flat = await serveModel({ manifest, artifact: projectionArtifact() }, open)
  expect(flat.inference.abilities.latentSize).toBeNull()
  expect((await recommend(flat, [{ itemId: 'a', value: 1 }], 1)).items[0]?.itemId).toBe('b')
  await expect(embed(flat, [])).rejects.toThrow(UnsupportedByModelError)
  const history = [{ itemId: 'a', value: 1 }]
  for (const wish of [{ diversity: 0.5 }, { explore: { seed: 1 } }])
    await expect(recommendAs(flat, history, { ...plainWish(1), ...wish })).rejects.toThrow(
      UnsupportedByModelError,
    )
  await expect(recommendForGroup(flat, [history], 'product-of-experts', plainWish(1))).rejects.toThrow(
    UnsupportedByModelError,
  )
  await expect(similarItems(flat, 'a', 1, everyItem)).rejects.toThrow(UnsupportedByModelError)
})

test('weights of another number of items are refused before anybody asks, and freed', async () => {
  const opened: ReturnType<typeof openProjection>[] = []
  const weights = { projection: { shape: [3, 2], values: new Float32Array(6) } }
  const open = (artifact: Artifact) => {
    opened.push(openProjection({ ...artifact, weights }))
    return opened[0]!
  }
  await expect(serve(projectionArtifact(), open)).rejects.toThrow('weights are of 3 items, its ids of 4')
  expect(opened[0]!.disposed).toBe(true)
})
