// The effect of each option on the code, compared to the same training without it.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { evaluateRanking, summarizeRanking } from '../../../src/evaluation/evaluate-ranking.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { defineAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import type { Model } from '../../../src/models/model.ts'
import { popularity } from '../../../src/models/popularity.ts'
import type { LatentModel } from '../../../src/models/scorer.ts'
import { fillNormal, philoxKey } from '../../../src/random/philox.ts'
import { createRandom } from '../../../src/random/random.ts'
import { fit } from '../../../src/training/fit.ts'
import type { FittedModel } from '../../../src/training/fitted-model.ts'
import { type Matrix, toRows } from '../../compute/reference.ts'
import { lowRankPicks } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const latent = 8
const { train } = lowRankPicks(60, 30, 10, 1)
const world = lowRankPicks(200, 30, 10, 1)
const { train: many } = world
const draws = new Float32Array(2 * many.rows)
fillNormal(draws, { key: philoxKey('prior'), step: 0, stream: 0 })
const learning = { epochs: 30, batchSize: 20, learningRate: 0.05, patience: 60 }
const autoencoder = defineAutoencoder('autoencoder', { ...learning, learningRateDecay: 'cosine', latent })

const trainings = new Map<string, Promise<FittedModel>>()

/** The model trained with an option, once for all tests. */
function trainedWith(options: object): Promise<FittedModel> {
  const key = JSON.stringify(options)
  // the default is a twelfth of the users
  const hyperparameters = { batchSize: learning.batchSize, ...options }
  const trained = trainings.get(key) ?? fit({ model: autoencoder, hyperparameters, train, seed: 1 })
  trainings.set(key, trained)
  return trained
}

/** The result of `look` for the model trained with each of the options. */
async function learned<T>(
  options: readonly object[],
  look: (model: LatentModel) => Promise<T>,
): Promise<[T, T]> {
  const seen: T[] = []
  for (const option of options) {
    const { weights, hyperparameters } = await trainedWith(option)
    const model = autoencoder.open(weights, hyperparameters) as LatentModel
    seen.push(await look(model))
    model.dispose()
  }
  return seen as [T, T]
}

const codes = async (model: LatentModel) => toRows(await model.embed(train), latent)

describe('the code of an autoencoder', () => {
  test('is closer to 0 with an L1 term', async () => {
    const size = async (model: LatentModel) => mean((await codes(model)).flat().map(Math.abs))
    const [free, drawn] = await learned([{}, { l1: 2 }], size)
    expect(drawn).toBeLessThan(free / 2)
  })

  test('has the mean activation that KL sparsity targets', async () => {
    const activity = async (model: LatentModel) => mean((await codes(model)).flat())
    const sigmoid = { activation: 'sigmoid', targetActivation: 0.1 }
    const [free, drawn] = await learned([sigmoid, { ...sigmoid, sparsity: 20 }], activity)
    expect(Math.abs(free - 0.1)).toBeGreaterThan(0.1)
    expect(drawn).toBeCloseTo(0.1, 1)
  })

  test('changes less with the history with a contraction', async () => {
    const slope = async (model: LatentModel) => {
      const before = await model.embed(train)
      const after = await model.embed(withoutFirst(train))
      return mean(Array.from(after, (value, n) => (value - before[n]!) ** 2))
    }
    const [free, drawn] = await learned([{}, { contraction: 1 }], slope)
    expect(drawn).toBeLessThan(free / 4)
  })

  test('is distributed like N(0, I) with an MMD prior', async () => {
    const [free, drawn] = await learned(
      [
        { prior: 'mmd', maxBeta: 0, epochs: 60 },
        { prior: 'mmd', maxBeta: 200, epochs: 60 },
      ],
      async (model) => distanceFromIdentity(secondMoments(await codes(model))),
    )
    expect(drawn).toBeLessThan(free / 2)
  })

  test('is closer to N(0, I) in a two-sample test with an adversarial prior', async () => {
    const compared = async (options: object) => {
      const learning = { latent: 2, batchSize: 100, learningRate: 0.03 }
      const hyperparameters = { ...learning, discriminatorWidth: 30, ...options }
      const fitted = await fit({ model: autoencoder, train: many, seed: 1, hyperparameters })
      const model = autoencoder.open(fitted.weights, fitted.hyperparameters) as LatentModel
      const embeddings = toRows(await model.embed(many), 2)
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
      const fitted = await fit({ model, train: world.train, seed: 1, hyperparameters })
      const scorer = model.open(fitted.weights, fitted.hyperparameters)
      const ranking = await evaluateRanking(scorer, world.heldOut, ['ndcg@20'], { positiveThreshold: 1 })
      scorer.dispose()
      return summarizeRanking(ranking)['ndcg@20']!.mean
    }
    const game = { prior: 'joint', reconstruction: 0, maxBeta: 1, discriminatorWidth: 30 }
    const learning = { epochs: 100, latent: 2, batchSize: 100, learningRate: 0.03 }
    const learned = await ndcgOf(autoencoder, { ...game, ...learning })
    expect(learned).toBeGreaterThan(1.3 * (await ndcgOf(popularity, {})))
  })

  test('carries less information about the user with a larger β', async () => {
    const spread = async (model: LatentModel) => mean((await codes(model)).flat().map((value) => value ** 2))
    const [loose, tight] = await learned(
      [
        { prior: 'kl', maxBeta: 0.1 },
        { prior: 'kl', maxBeta: 8 },
      ],
      spread,
    )
    expect(tight).toBeLessThan(loose / 4)
  })
})

/** Every history without its first positive. */
function withoutFirst(matrix: CsrMatrix): CsrMatrix {
  const firsts = new Set(matrix.offsets)
  const kept = Int32Array.from(matrix.indices.keys()).filter((n) => !firsts.has(n))
  return {
    ...matrix,
    offsets: matrix.offsets.map((offset, row) => offset - row),
    indices: kept.map((n) => matrix.indices[n]!),
    values: Float32Array.from(kept, (n) => matrix.values[n]!),
  }
}

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

function secondMoments(rows: Matrix): Matrix {
  return rows[0]!.map((_, k) => rows[0]!.map((_, l) => mean(rows.map((row) => row[k]! * row[l]!))))
}

function distanceFromIdentity(matrix: Matrix): number {
  return Math.hypot(...matrix.flatMap((row, k) => row.map((value, l) => value - Number(k === l))))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
