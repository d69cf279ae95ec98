import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { backendNames, useBackend } from '../../src/compute/backend.ts'
import { tensorflowCounts } from '../../src/compute/tensorflow/counts.ts'
import type { DeviceCounts } from '../../src/compute/webgpu/count-calls.ts'
import { webgpuCounts } from '../../src/compute/webgpu-backend.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { iAutoRec } from '../../src/models/autorec/i-autorec.ts'
import { uAutoRec } from '../../src/models/autorec/u-autorec.ts'
import type { GradientModel, Objective } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { multVae } from '../../src/models/mult-vae.ts'
import { recVae } from '../../src/models/rec-vae/rec-vae.ts'
import { createRandom } from '../../src/random/random.ts'
import { type TrainingPlan, train } from '../../src/training/train.ts'
import type { TrainingState } from '../../src/training/training-state.ts'
import { describeEachBackend } from '../compute/each-backend.ts'
import { lowRankPicks, lowRankRatings } from '../models/worlds.ts'

const plan: TrainingPlan = {
  epochs: 3,
  batchSize: 24,
  learningRate: 0.005,
  learningRateDecay: 'cosine',
  seed: 1,
}

const ratings = lowRankRatings(40, 24, 1).train
const picks = lowRankPicks(40, 24, 8, 1).train

/** With every kind of noise and annealing, and a last batch that is smaller than the others. */
const objectives: Readonly<Record<string, Objective>> = {
  'mult-vae': multVae.objective(
    picks,
    multVae.hyperparameters.parse({
      positiveThreshold: 1,
      hidden: [16],
      latent: 8,
      annealingFraction: 0.5,
    }),
  ),
  'rec-vae': recVae.objective(
    picks,
    recVae.hyperparameters.parse({
      positiveThreshold: 1,
      hidden: 16,
      layers: 2,
      latent: 8,
      encoderPasses: 2,
    }),
  ),
  'u-autorec': uAutoRec.objective(
    ratings,
    uAutoRec.hyperparameters.parse({ hidden: 16, regularization: 1, dropout: 0.3, inputDropout: 0.1 }),
  ),
  'i-autorec': iAutoRec.objective(
    ratings,
    iAutoRec.hyperparameters.parse({ hidden: 16, regularization: 1, dropout: 0.3, inputDropout: 0.2 }),
  ),
}

const reasons = new Map<string, string>()
for (const name of backendNames)
  await useBackend(name).catch((cause: Error) => reasons.set(name, cause.message))

describe.each(Object.keys(objectives))('three epochs of %s', (model) => {
  let reference: number[]

  beforeAll(async () => {
    reference = await lossesOn('cpu', model)
  })

  for (const name of backendNames.filter((name) => name !== 'cpu')) {
    const reason = reasons.get(name)
    test.skipIf(reason)(
      `lose as much on ${name} as on cpu${reason ? ` (skipped: ${reason})` : ''}`,
      async () => {
        for (const [epoch, loss] of (await lossesOn(name, model)).entries())
          expect(Math.abs(loss / reference[epoch]! - 1), `epoch ${epoch + 1}`).toBeLessThan(1e-4)
      },
    )
  }
})

// here, where a software driver has compiled the programs of the model already
describeEachBackend('training', () => {
  const states: TrainingState[] = []

  test('keeps the number of tensors over epochs and frees them all in the end', async () => {
    const before = tf.memory().numTensors
    const counts: number[] = []
    for await (const epoch of train(objectives['mult-vae']!, plan)) {
      states.push(await epoch.snapshot())
      counts.push(tf.memory().numTensors)
    }
    expect(new Set(counts).size).toBe(1)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('resumes from a snapshot to the weights of an uninterrupted run', async () => {
    const resumed: TrainingState[] = []
    for await (const epoch of train(objectives['mult-vae']!, plan, { from: states[1]! }))
      resumed.push(await epoch.snapshot())
    expect(resumed).toHaveLength(1)
    expect(resumed).toEqual(states.slice(2))
  })
})

describe('a step on tensorflow', () => {
  const reason = reasons.get('tensorflow')

  test.skipIf(reason)(
    `is one call, uploads little and reads back once an epoch${reason ? ` (skipped: ${reason})` : ''}`,
    async () => {
      await useBackend('tensorflow')
      const counts = tensorflowCounts()!
      const epochs = train(objectives['mult-vae']!, { ...plan, batchSize: 5 })
      await epochs.next()
      const before = { ...counts }
      await epochs.next()
      // 8 steps, and two calls that read and reset the loss
      expect(counts.calls - before.calls).toBe(10)
      expect((counts.uploadedBytes - before.uploadedBytes) / 8).toBeLessThan(200)
      expect(counts.readbacks - before.readbacks).toBe(1)
      await epochs.return()
    },
  )
})

// here too, since its programs are those of the trainings above
describe('a step on webgpu', () => {
  const reason = reasons.get('webgpu')
  const batchSize = 12
  const steps = 3
  const data = evenRatings(batchSize * steps)

  test.skipIf(reason).each([
    ['mult-vae', { hidden: [12], latent: 12 }, 40],
    ['u-autorec', { hidden: 12, target: 'ratings' }, 40],
    ['i-autorec', { hidden: 12, target: 'ratings' }, 40],
    // and the code of the biases alone, with its gradient
    ['u-autorec', { hidden: 12, target: 'residuals' }, 42],
    ['i-autorec', { hidden: 12, target: 'residuals' }, 42],
  ] as const)(
    `of %s with %o makes %d dispatches at most, and one submission, and no buffers${reason ? ` (skipped: ${reason})` : ''}`,
    async (name, options, dispatches) => {
      await useBackend('webgpu')
      const model = findModel(name) as GradientModel
      const objective = model.objective(data, model.resolve({ batchSize, ...options }, data))
      const epochs = train(objective, { ...plan, batchSize, learningRateDecay: 'none' })
      await epochs.next()
      await epochs.next()
      const before = webgpuCounts()!
      await epochs.next()
      const after = webgpuCounts()!
      const counted = (name: keyof DeviceCounts) => after[name] - before[name]
      expect(counted('dispatches') / steps).toBeLessThanOrEqual(dispatches)
      // and one for the loss
      expect(counted('submits')).toBeLessThanOrEqual(steps + 1)
      expect(counted('buffersCreated')).toBe(0)
      expect(counted('bytesUploaded') / steps).toBeLessThanOrEqual(65_536)
      expect(counted('readbacks')).toBe(1)
      await epochs.return()
    },
  )
})

async function lossesOn(backend: string, model: string): Promise<number[]> {
  await useBackend(backend)
  const losses: number[] = []
  for await (const { loss } of train(objectives[model]!, plan)) losses.push(loss)
  return losses
}

/** As many ratings by each user as of each item, so that all batches are of one size. */
function evenRatings(size: number): CsrMatrix {
  const each = 4
  const random = createRandom('even')
  return {
    rows: size,
    columns: size,
    offsets: Int32Array.from({ length: size + 1 }, (_, row) => row * each),
    indices: Int32Array.from({ length: size * each }, (_, n) => {
      const row = Math.floor(n / each)
      return [0, 5, 7, 16].map((shift) => (row + shift) % size).sort((a, b) => a - b)[n % each]!
    }),
    values: Float32Array.from({ length: size * each }, () => 1 + random.integer(5)),
  }
}
