// The effect of each option on the code, compared to the same training without it.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { CsrMatrix } from '../../../src/interactions/csr/csr-matrix.ts'
import { defineAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import type { LatentModel } from '../../../src/models/scorer.ts'
import { fit } from '../../../src/training/fit.ts'
import type { FittedModel } from '../../../src/training/fitted-model.ts'
import { type Matrix, toRows } from '../../compute/reference.ts'
import { lowRankPicks } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const latent = 8
const { train } = lowRankPicks(60, 30, 10, 1)
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

function secondMoments(rows: Matrix): Matrix {
  return rows[0]!.map((_, k) => rows[0]!.map((_, l) => mean(rows.map((row) => row[k]! * row[l]!))))
}

function distanceFromIdentity(matrix: Matrix): number {
  return Math.hypot(...matrix.flatMap((row, k) => row.map((value, l) => value - Number(k === l))))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
