import { beforeAll, expect, test } from 'vitest'
import { groupedRatings } from '../../../scripts/bench/synthetic-ratings.ts'
import { useBackend } from '../../../src/compute/backend.ts'
import { rowIndices } from '../../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { findModel } from '../../../src/models/models.ts'
import { createRandom } from '../../../src/random/random.ts'
import { startInferenceThreads } from '../../../src/recommender/inference/inference-threads.ts'
import { localInference } from '../../../src/recommender/inference/local-inference.ts'
import type { RankRequest } from '../../../src/recommender/inference/requests.ts'
import {
  defaultOptions,
  type RecommendationOptions,
} from '../../../src/recommender/recommendation-options.ts'
import { type Artifact, artifactOf } from '../../../src/registry/artifact.ts'
import { openArtifact } from '../../../src/registry/open-artifact.ts'

const items = 2500
const ratings = groupedRatings({ users: 50, items, ratings: 1500, groups: 12 }, 1)

/** A search that tells nothing of the items but their scores for the mean user, which are their biases here. */
const blind = {
  projection: {
    ...{ inner: 24, dimensions: 1, mean: new Float32Array(24) },
    ...{ ofQueries: new Float32Array(24), ofVectors: new Float32Array(24) },
  },
  recall: { recall: 0, users: 1 },
}

/** Another one for each call: its arrays may be moved to a thread. */
async function artifact(): Promise<Artifact> {
  const model = findModel('mult-vae')
  if (model.kind !== 'gradient') throw new Error('mult-vae is trained by gradient descent')
  const hyperparameters = model.resolve({ positiveThreshold: 1, hidden: [24], latent: 8 }, ratings)
  const learned = model.objective(ratings, hyperparameters).initialize(createRandom(1, 'weights'))
  const weights = await model.exportWeights(learned, ratings, hyperparameters)
  const ids = createIdMap(Array.from({ length: items }, (_, item) => `i${item}`))
  return artifactOf(
    { model: 'mult-vae', hyperparameters: { ...hyperparameters }, weights },
    { matrix: ratings, items: ids },
  )
}

function requestOf(user: number, options: Partial<RecommendationOptions> = {}): RankRequest {
  const seen = rowIndices(ratings, user)
  const history = { items: seen, values: new Float32Array(seen.length).fill(5) }
  return {
    ...{ kind: 'rank', query: { kind: 'history', history }, excluded: seen, allowed: null },
    options: { ...defaultOptions, k: 20, ...options },
  }
}

beforeAll(async () => {
  await useBackend('wasm')
})

test('lists come from the search of the artifact, and with exact from the scores of all items', async () => {
  const open = localInference(openArtifact)
  const exact = await open(await artifact())
  const approximate = await open({ ...(await artifact()), retrieval: blind })
  const expected = await exact.infer(requestOf(0))
  expect((await approximate.infer(requestOf(0))).items).not.toEqual(expected.items)
  expect((await approximate.infer(requestOf(0, { exact: true }))).items).toEqual(expected.items)
  const diverse = { diversity: 0.3 }
  expect((await approximate.infer(requestOf(0, diverse))).items).toEqual(
    (await exact.infer(requestOf(0, diverse))).items,
  )
  exact.dispose()
  approximate.dispose()
})

test('a filter that leaves no more items than the search looks at gives the exact list', async () => {
  const open = localInference(openArtifact)
  const exact = await open(await artifact())
  const approximate = await open({ ...(await artifact()), retrieval: blind })
  const allowed = Uint8Array.from({ length: items }, (_, item) => Number(item % 6 === 0))
  const request = { ...requestOf(1), allowed }
  expect(await approximate.infer(request)).toEqual(await exact.infer(request))
  exact.dispose()
  approximate.dispose()
})

test('a thread serves a version with an approximate search and its successor without one', async () => {
  const threads = await startInferenceThreads({ backend: 'wasm' })
  try {
    const served = [{ retrieval: blind }, {}]
    for (const part of served) {
      const local = await localInference(openArtifact)({ ...(await artifact()), ...part })
      const inThread = await threads.open({ ...(await artifact()), ...part })
      expect(await inThread.infer(requestOf(2))).toEqual(await local.infer(requestOf(2)))
      inThread.dispose()
      local.dispose()
    }
  } finally {
    await threads.close()
  }
})

test('a search for other weights is refused when the version is opened', async () => {
  const other = { ...blind, projection: { ...blind.projection, inner: 30 } }
  await expect(
    (async () => localInference(openArtifact)({ ...(await artifact()), retrieval: other }))(),
  ).rejects.toThrow('A projection of vectors of 30 numbers does not fit those of 24')
})
