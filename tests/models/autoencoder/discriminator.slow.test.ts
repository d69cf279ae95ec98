// What a code learns from a discriminator, in trainings that are long enough for it.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { evaluateRanking, summarizeRanking } from '../../../src/evaluation/evaluate-ranking.ts'
import { defineAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import type { Model } from '../../../src/models/model.ts'
import { popularity } from '../../../src/models/popularity.ts'
import type { LatentModel } from '../../../src/models/scorer.ts'
import { fillNormal, philoxKey } from '../../../src/random/philox.ts'
import { createRandom } from '../../../src/random/random.ts'
import { fit } from '../../../src/training/fit.ts'
import { type Matrix, toRows } from '../../compute/reference.ts'
import { lowRankPicks } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const { train, heldOut } = lowRankPicks(200, 30, 10, 1)
const draws = new Float32Array(2 * train.rows)
fillNormal(draws, { key: philoxKey('prior'), step: 0, stream: 0 })
const defaults = { epochs: 30, batchSize: 20, learningRate: 0.05, patience: 60 }
const autoencoder = defineAutoencoder('autoencoder', { ...defaults, learningRateDecay: 'cosine', latent: 8 })
const learning = { latent: 2, batchSize: 100, learningRate: 0.03, discriminatorWidth: 30 }

describe('the code of an autoencoder', () => {
  test('is closer to N(0, I) in a two-sample test with an adversarial prior', async () => {
    const compared = async (options: object) => {
      const hyperparameters = { ...learning, ...options }
      const fitted = await fit({ model: autoencoder, train, seed: 1, hyperparameters })
      const model = autoencoder.open(fitted.weights, fitted.hyperparameters) as LatentModel
      const embeddings = toRows(await model.embed(train), 2)
      model.dispose()
      return energyTest(embeddings, toRows(draws, 2))
    }
    const free = await compared({ prior: 'mmd', maxBeta: 0, epochs: 80 })
    const drawn = await compared({ prior: 'adversarial', maxBeta: 10, epochs: 80 })
    const criticized = await compared({ prior: 'wasserstein', maxBeta: 2, epochs: 30 })
    expect(free.p).toBeLessThan(0.02)
    expect(drawn.p).toBeGreaterThan(0.05)
    expect(criticized.distance).toBeLessThan(free.distance / 2)
  })

  test('is learned by a discriminator of pairs alone, without the likelihood (ALI)', async () => {
    const ndcgOf = async (model: Model, hyperparameters: object) => {
      const fitted = await fit({ model, train, seed: 1, hyperparameters })
      const scorer = model.open(fitted.weights, fitted.hyperparameters)
      const ranking = await evaluateRanking(scorer, heldOut, ['ndcg@20'], { positiveThreshold: 1 })
      scorer.dispose()
      return summarizeRanking(ranking)['ndcg@20']!.mean
    }
    const game = { prior: 'joint', reconstruction: 0, maxBeta: 1, epochs: 100 }
    const learned = await ndcgOf(autoencoder, { ...learning, ...game })
    expect(learned).toBeGreaterThan(1.3 * (await ndcgOf(popularity, {})))
  })
})

/** The energy distance of two samples (Székely and Rizzo 2004) of the same size, and its p-value by 99 permutations. */
function energyTest(a: Matrix, b: Matrix): { distance: number; p: number } {
  const pooled = [...a, ...b]
  const distances = pooled.map((p) => pooled.map((q) => Math.hypot(...p.map((value, k) => value - q[k]!))))
  /** 2 E‖a − b‖ − E‖a − a′‖ − E‖b − b′‖ */
  const distanceOf = (order: Int32Array) => {
    let total = 0
    for (let i = 0; i < order.length; i++)
      for (let j = 0; j < i; j++) {
        const distance = distances[order[i]!]![order[j]!]!
        total += i < a.length === j < a.length ? -distance : distance
      }
    return (2 * total) / a.length ** 2
  }
  const distance = distanceOf(Int32Array.from(pooled.keys()))
  const random = createRandom('permutations')
  let larger = 0
  for (let n = 0; n < 99; n++) if (distanceOf(random.permutation(pooled.length)) >= distance) larger++
  return { distance, p: (larger + 1) / 100 }
}
