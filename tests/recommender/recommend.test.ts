import { expect, test } from 'vitest'
import type { RatedItem } from '../../src/ratings/user-ratings.ts'
import { UnsupportedByModelError } from '../../src/recommender/inference/inference.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { embed, similarItems } from '../../src/recommender/latent-space.ts'
import { recommend as recommendWith } from '../../src/recommender/recommend.ts'
import { recommendForGroup } from '../../src/recommender/recommend-for-group.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { serveModel } from '../../src/recommender/served-model.ts'
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
  baselines: null,
  prunedAt: null,
  createdAt: new Date(0),
}
const serve = (
  artifact = projectionArtifact(0.1),
  open: (artifact: Artifact) => ReturnType<typeof openProjection> = openProjection,
) => serveModel({ manifest, artifact }, localInference(open))
const model = await serve()
const recommend = (served: typeof model, rated: readonly RatedItem[], k: number) =>
  recommendWith(served, rated, { ...defaultOptions, k: k })

test('items similar to the history rank first, without rated items', async () => {
  const { basis, items, ignored } = await recommend(model, [{ itemId: 'd', value: 4 }], 3)
  expect({ basis, ignored }).toEqual({ basis: 'history', ignored: [] })
  // d is projected to (0.4, 2); a, b and c lie at (1, 0.1), (0.5, 0.1) and (0.1, 1).
  expect(items.map(({ itemId }) => itemId)).toEqual(['c', 'a', 'b'])
  expect(items.map(({ score }) => score.toFixed(5))).toEqual(['2.04000', '0.60000', '0.40000'])
})

test('a list has at most k items, and fewer when fewer are eligible', async () => {
  expect((await recommend(model, [{ itemId: 'd', value: 4 }], 1)).items).toHaveLength(1)
  expect((await recommend(model, [{ itemId: 'd', value: 4 }], 1000)).items).toHaveLength(3)
  const all = ['a', 'b', 'c', 'd'].map((itemId) => ({ itemId, value: 1 }))
  expect((await recommend(model, all, 10)).items).toEqual([])
})

test('a history without known items gets the most rated items', async () => {
  const expected = ['c', 'a', 'd', 'b'].map((itemId, position) => ({ itemId, score: 4 - position }))
  expect(await recommend(model, [], 10)).toEqual({ basis: 'popularity', items: expected, ignored: [] })
  const unknown = await recommend(model, [{ itemId: 'new', value: 5 }], 2)
  expect(unknown).toEqual({ basis: 'popularity', items: expected.slice(0, 2), ignored: ['new'] })
})

test('a sequential list has the best item for the history with the items before it', async () => {
  const ratings = [{ itemId: 'd', value: 4 }]
  const options = { ...defaultOptions, sequential: true, k: 3 }
  const { items } = await recommendWith(model, ratings, options)
  let history = ratings
  for (const { itemId, score } of items) {
    const best = (await recommend(model, history, 1)).items[0]!
    expect({ itemId, score }).toEqual({ itemId: best.itemId, score: best.score })
    history = [...history, { itemId, value: model.positiveThreshold ?? model.highestRating ?? 1 }]
  }
  // c, the first, moves the user so much that b scores more than in a list of one pass
  const apart = (await recommend(model, ratings, 3)).items
  expect(items.map(({ itemId }) => itemId).sort()).toEqual(apart.map(({ itemId }) => itemId).sort())
  expect(items[1]!.score).not.toBe(apart[1]!.score)
})

test('a sequential list ends where no item is eligible, and without a history it is the popular one', async () => {
  const options = { ...defaultOptions, sequential: true, k: 10 }
  expect((await recommendWith(model, [{ itemId: 'd', value: 4 }], options)).items).toHaveLength(3)
  expect(await recommendWith(model, [], options)).toEqual(await recommend(model, [], 10))
  const again = { ...options, excludeSeen: false, k: 4 }
  const { items } = await recommendWith(model, [{ itemId: 'd', value: 4 }], again)
  expect(new Set(items.map(({ itemId }) => itemId)).size).toBe(4)
})

test('the embedding is that of the known items of the history', async () => {
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

test('a model without a latent space recommends, and rejects what needs embeddings', async () => {
  const scorer = openProjection(projectionArtifact())
  const { itemCount, score, dispose } = scorer
  const open = localInference(() => ({ itemCount, score, dispose }))
  const withoutLatentSpace = await serveModel({ manifest, artifact: projectionArtifact() }, open)
  expect(withoutLatentSpace.inference.capabilities.latentSize).toBeNull()
  expect((await recommend(withoutLatentSpace, [{ itemId: 'a', value: 1 }], 1)).items[0]?.itemId).toBe('b')
  await expect(embed(withoutLatentSpace, [])).rejects.toThrow(UnsupportedByModelError)
  const history = [{ itemId: 'a', value: 1 }]
  for (const options of [{ diversity: 0.5 }, { explore: { seed: 1 } }])
    await expect(
      recommendWith(withoutLatentSpace, history, { ...{ ...defaultOptions, k: 1 }, ...options }),
    ).rejects.toThrow(UnsupportedByModelError)
  await expect(
    recommendForGroup(withoutLatentSpace, [history], 'product-of-experts', { ...defaultOptions, k: 1 }),
  ).rejects.toThrow(UnsupportedByModelError)
  await expect(similarItems(withoutLatentSpace, 'a', 1, defaultOptions)).rejects.toThrow(
    UnsupportedByModelError,
  )
})

test('weights with a wrong number of items are rejected on opening, and freed', async () => {
  const opened: ReturnType<typeof openProjection>[] = []
  const weights = { projection: { shape: [3, 2], values: new Float32Array(6) } }
  const open = (artifact: Artifact) => {
    opened.push(openProjection({ ...artifact, weights }))
    return opened[0]!
  }
  await expect(serve(projectionArtifact(), open)).rejects.toThrow(
    'The weights have 3 items, the artifact has 4 item ids',
  )
  expect(opened[0]!.disposed).toBe(true)
})
