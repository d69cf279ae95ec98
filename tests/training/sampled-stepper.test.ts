// Training on a sample of the items, against training on all of them.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import type { GradientModel, Objective } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import type { Weights } from '../../src/models/weights.ts'
import { createRandom } from '../../src/random/random.ts'
import { type Epoch, type TrainingPlan, train } from '../../src/training/train.ts'
import type { TrainingState } from '../../src/training/training-state.ts'
import { describeEachBackend } from '../compute/each-backend.ts'
import { largestError } from '../compute/reference.ts'
import { lowRankPicks, matrixOf } from '../models/worlds.ts'

const plan: TrainingPlan = {
  epochs: 3,
  batchSize: 10,
  learningRate: 0.01,
  learningRateDecay: 'none',
  seed: 1,
}

const shape = { hidden: [8], latent: 3 }
const models: Readonly<Record<string, object>> = {
  'mult-vae': shape,
  'mult-dae': { ...shape, dropout: 0.3 },
  'rec-vae': { hidden: 8, layers: 2, latent: 3, encoderPasses: 1 },
  'cf-nade': shape,
  'adversarial-autoencoder': shape,
}

function objectiveOf(name: string, data: CsrMatrix, hyperparameters: object): Objective {
  const model = findModel(name) as GradientModel
  const set = { positiveThreshold: 1, ...models[name], ...hyperparameters }
  return model.objective(data, model.resolve(set, data))
}

async function trainedWeights(objective: Objective, from?: TrainingState): Promise<Weights> {
  let weights: Weights = {}
  for await (const epoch of train(objective, plan, { from })) weights = await epoch.weights()
  return weights
}

describeEachBackend('sampled softmax', () => {
  test('is the full softmax where each batch has all items', async () => {
    const data = matrixOf(10, 7, (user, item) => ((user + item) % 7 === 0 ? undefined : 5))
    const full = await trainedWeights(objectiveOf('mult-vae', data, { negatives: null }))
    const sampled = await trainedWeights(objectiveOf('mult-vae', data, { negatives: 3 }))
    for (const [name, { values }] of Object.entries(full))
      expect(largestError(sampled[name]!.values, values), name).toBeLessThan(1e-4)
  })

  test('trains on batches of users without positives', async () => {
    const data = matrixOf(30, 7, (user, item) => (user < 2 && item < 3 ? 5 : undefined))
    const weights = await trainedWeights(objectiveOf('mult-vae', data, { negatives: 3 }))
    for (const { values } of Object.values(weights)) expect(values.every(Number.isFinite)).toBe(true)
  })
})

describe.each(Object.keys(models))('sampled softmax of %s', (name) => {
  const data = lowRankPicks(60, 50, 4, 1).train
  const objective = objectiveOf(name, data, { negatives: 10 })

  beforeAll(async () => {
    await useBackend('wasm')
  })

  test('trains the same weights when it resumes, with the same number of tensors', async () => {
    const before = tf.memory().numTensors
    const states: TrainingState[] = []
    let weights: Weights = {}
    for await (const epoch of train(objective, plan)) {
      states.push(await epoch.snapshot())
      weights = await epoch.weights()
    }
    expect(await trainedWeights(objective, states[0])).toEqual(weights)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('has nearly the loss of the full softmax with many negatives', async () => {
    const lossesOf = async (negatives: number | null) => {
      const losses: number[] = []
      const epochs: AsyncIterable<Epoch> = train(objectiveOf(name, data, { negatives }), plan)
      for await (const { loss } of epochs) losses.push(loss)
      return losses
    }
    const [full, sampled] = [await lossesOf(null), await lossesOf(20_000)]
    for (const [n, loss] of full.entries()) expect(Math.abs(sampled[n]! / loss - 1)).toBeLessThan(0.02)
  })

  test('changes the weights of no items but those of the batch and the negatives', async () => {
    const few = objectiveOf(name, lowRankPicks(10, 50, 2, 1).train, { negatives: 1 })
    const start = few.initialize(createRandom(plan.seed, 'initialize'))
    const { value } = await train(few, { ...plan, epochs: 1 }).next()
    const weights = await (value as Epoch).weights()
    const inBatch = new Set(few.examples.target.indices)
    for (const [weight, axes] of Object.entries(few.axes!)) {
      const { shape, values } = weights[weight]!
      const columns = shape[1] ?? 1
      const changed = new Set<number>()
      for (const [n, number] of values.entries())
        if (number !== start[weight]!.values[n])
          changed.add(axes[0] === 'item' ? Math.floor(n / columns) : n % columns)
      const negatives = [...changed].filter((item) => !inBatch.has(item))
      const isOutput = few.sampledSoftmax!.outputs.includes(weight)
      expect(negatives.length, weight).toBeLessThanOrEqual(isOutput ? (few.passes ?? 1) : 0)
      expect(changed.size, weight).toBeGreaterThan(0)
    }
  })
})
