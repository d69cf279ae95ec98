// The clustering term of DEC. Its formula and gradient are checked with those of the other options.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { measureClusters } from '../../../src/evaluation/cluster-use.ts'
import { evaluateRanking, summarizeRanking } from '../../../src/evaluation/evaluate-ranking.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { linearAutoencoder } from '../../../src/models/linear-autoencoder.ts'
import { type ClusteredModel, hasCentroids, type LatentModel } from '../../../src/models/scorer.ts'
import { artifactOf, decodeArtifact, encodeArtifact } from '../../../src/registry/artifact.ts'
import { openArtifact } from '../../../src/registry/open-artifact.ts'
import { cluster } from '../../../src/segments/cluster.ts'
import { fit } from '../../../src/training/fit.ts'
import { toRows } from '../../compute/reference.ts'
import { checkerboard, lowRankPicks, matrixOf } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const latent = 8
const learning = { latent, epochs: 60, batchSize: 50, learningRate: 0.01, dropout: 0, regularization: 0 }

function train(data: CsrMatrix, options: object, seed = 1) {
  return fit({ model: linearAutoencoder, train: data, seed, hyperparameters: { ...learning, ...options } })
}

async function withModel<T>(
  { weights, hyperparameters }: Awaited<ReturnType<typeof train>>,
  use: (model: LatentModel) => Promise<T>,
): Promise<T> {
  const model = linearAutoencoder.open(weights, hyperparameters) as LatentModel
  try {
    return await use(model)
  } finally {
    model.dispose()
  }
}

test('the clustering term forms tighter clusters and costs less than 1 % of NDCG', async () => {
  const world = lowRankPicks(200, 30, 10, 1)
  const [free, drawn] = [
    await train(world.train, {}),
    await train(world.train, { clustering: 20, clusters: 4 }),
  ]
  const look = async (model: LatentModel) => {
    const points = toRows(await model.embed(world.train), latent).map((row) => [...row])
    const ranking = await evaluateRanking(model, world.heldOut, ['ndcg@20'], { positiveThreshold: 1 })
    return {
      ndcg: summarizeRanking(ranking)['ndcg@20']!.mean,
      silhouette: (await cluster(points, 4, 1)).silhouette,
      clusters: hasCentroids(model) && (await measureClusters(model, world.train)),
    }
  }
  const [without, withTerm] = [await withModel(free, look), await withModel(drawn, look)]
  expect(withTerm.silhouette).toBeGreaterThan(without.silhouette + 0.1)
  expect(withTerm.ndcg).toBeGreaterThan(0.99 * without.ndcg)
  expect(withTerm.clusters).toEqual({ used: 4, count: 4 })
  expect(without.clusters).toBe(false)
})

describe('an autoencoder with a clustering term', () => {
  const { train: board, heldOut } = checkerboard(24)
  const options = { clustering: 5, clusters: 2 }

  test('ranks the withheld positive of a checkerboard first, and shows the used clusters', async () => {
    const hyperparameters = { ...learning, ...options }
    const fitted = await fit({
      ...{ model: linearAutoencoder, train: board, seed: 1, hyperparameters },
      validation: heldOut,
    })
    expect(fitted.history.at(-1)!.validation!.clusters).toEqual({ used: 2, count: 2 })
    await withModel(fitted, async (model) => {
      const scores = await model.score(board)
      for (let user = 0; user < 24; user++)
        expect(scores[user * 24 + user]).toBeGreaterThan(scores[user * 24 + ((user + 1) % 24)]!)
    })
  })

  test('has the same centroids and scores after saving and loading, and from the same seed', async () => {
    const brief = { ...options, epochs: 5 }
    const [first, second, other] = [
      await train(board, brief),
      await train(board, brief),
      await train(board, brief, 2),
    ]
    expect(second.weights).toEqual(first.weights)
    const centroids = first.weights['clusters.centroids']!.values
    expect(other.weights['clusters.centroids']!.values).not.toEqual(centroids)
    const ids = createIdMap(Array.from({ length: 24 }, (_, item) => `${item}`))
    const trained = { model: 'linear-autoencoder', ...first, hyperparameters: { ...first.hyperparameters } }
    const saved = Buffer.concat(encodeArtifact(artifactOf(trained, { matrix: board, items: ids })))
    const loaded = openArtifact(decodeArtifact(saved)) as ClusteredModel
    expect(loaded.centroids).toEqual(centroids)
    const scores = await loaded.score(board)
    loaded.dispose()
    expect(await withModel(first, (model) => model.score(board))).toEqual(scores)
  })

  test('uses a cluster if its centroid is the nearest one of users', async () => {
    const model = {
      latentSize: 1,
      centroids: Float32Array.of(0, 5, 100),
      embed: async () => Float32Array.of(1, -1, 4),
    } as unknown as ClusteredModel
    expect(
      await measureClusters(
        model,
        matrixOf(3, 1, () => 1),
      ),
    ).toEqual({ used: 2, count: 3 })
  })
})
