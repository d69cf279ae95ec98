import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { Objective } from '../../src/models/model.ts'
import { multVae } from '../../src/models/mult-vae.ts'
import { DivergedError, type Epoch, type TrainingPlan, train } from '../../src/training/train.ts'
import { checkerboard } from '../models/worlds.ts'

const plan: TrainingPlan = {
  epochs: 4,
  batchSize: 8,
  learningRate: 0.01,
  learningRateDecay: 'cosine',
  seed: 1,
}

/** An objective with every kind of noise: an order, dropped inputs, draws on the device, annealing. */
const objective = multVae.objective(
  checkerboard(20).train,
  multVae.hyperparameters.parse({ hidden: [8], latent: 3, annealingFraction: 0.5 }),
)

describe('training', () => {
  beforeAll(async () => {
    await useBackend('cpu')
  })

  test('minimizes the objective', async () => {
    const losses = await collect(objective, { ...plan, epochs: 30, learningRateDecay: 'none' })
    expect(losses.at(-1)!.loss).toBeLessThan(0.9 * losses[0]!.loss)
  })

  test('treats a penalty like a term of the loss', async () => {
    const within: Objective = {
      ...objective,
      loss: (weights, batch, context) =>
        tf.add(
          objective.loss(weights, batch, context),
          tf.mul(tf.sum(tf.square(weights['decoder.1.weight']!)), (3 / 2) * context.share),
        ),
    }
    const told = await collect({ ...objective, penalties: { 'decoder.1.weight': 3 } }, plan)
    for (const [n, { loss }] of (await collect(within, plan)).entries())
      expect(told[n]!.loss).toBeCloseTo(loss, 4)
  })

  test('counts its epochs and reports the mean loss over all examples', async () => {
    const epochs = await collect(slope(1), { ...plan, learningRate: 1e-9 })
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    // each of 20 examples costs 3; batches of 8, 8 and 4
    expect(epochs[0]!.loss).toBeCloseTo(3, 4)
  })

  test('decays the step size to 0 along half a cosine', async () => {
    // Adam's steps on a constant gradient are the learning rate itself
    const [first, , , last] = await stepsOf({ ...plan, batchSize: 20 })
    expect(first).toBeCloseTo(0.01, 5)
    expect(last).toBeCloseTo((0.01 * (1 + Math.cos((3 * Math.PI) / 4))) / 2, 5)
    const constant = await stepsOf({ ...plan, batchSize: 20, learningRateDecay: 'none' })
    expect(constant.at(-1)).toBeCloseTo(0.01, 5)
  })

  test('lets the step size grow from 0 over the epochs of the warm-up', async () => {
    // two updates an epoch; Adam's steps on a constant gradient are the learning rate itself
    const steps = await stepsOf({ ...plan, batchSize: 10, learningRateDecay: 'none', warmupEpochs: 2 })
    expect(steps.map((step) => Number(step.toFixed(5)))).toEqual([
      ...[0.0075, 0.0175], // ¼ and ½, ¾ and all of it
      ...[0.02, 0.02],
    ])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'stops with an error where the loss is %d',
    async (factor) => {
      const before = tf.memory().numTensors
      await expect(collect(slope(factor), plan)).rejects.toThrow(DivergedError)
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  test('alternates passes batch by batch, on the same examples, where the objective says so', async () => {
    const seen: string[] = []
    const watched = (alternatesPasses: boolean): Objective => ({
      ...slope(1),
      passes: 2,
      alternatesPasses,
      loss: (weights, batch, context) => {
        seen.push(`${context.pass} ${batch.target.indices.dataSync().join()}`)
        return slope(1).loss(weights, batch, context)
      },
    })
    await collect(watched(true), { ...plan, epochs: 1 })
    const alternating = seen.splice(0)
    expect(alternating.map(([pass]) => pass)).toEqual([...'010101'])
    const batches = alternating.map((step) => step.slice(2))
    for (const batch of [0, 2, 4]) expect(batches[batch + 1]).toBe(batches[batch])
    await collect(watched(false), { ...plan, epochs: 1 })
    expect(seen.map(([pass]) => pass)).toEqual([...'000111'])
  })

  test('passes over the examples as often as the objective says, each pass with its own weights', async () => {
    const seen: (number | string)[][] = []
    const alternating: Objective = {
      ...slope(1),
      initialize: () => ({ a: zero, b: zero }),
      passes: 3,
      isTrainable: (name, pass) => name === (pass < 2 ? 'a' : 'b'),
      keepsPrevious: (name) => name === 'a',
      schedule: (step, steps) => ({ step, steps }),
      loss: ({ a, b }, _batch, { schedule, pass, previousEpoch: before }) => {
        const [step, steps] = [schedule.step!.dataSync()[0]!, schedule.steps!.dataSync()[0]!]
        seen.push([step, steps, pass, Object.keys(before).join(), before.a!.dataSync()[0]!.toFixed(3)])
        return tf.tidy(() => tf.sum(tf.add(a!, b!)))
      },
    }
    const before = tf.memory().numTensors
    const ends: number[][] = []
    const by = { ...plan, epochs: 2, batchSize: 10, learningRateDecay: 'none' } as const
    for await (const epoch of train(alternating, by)) {
      const { a, b } = await epoch.weights()
      ends.push([a!.values[0]!, b!.values[0]!])
    }
    // two batches a pass, each a step of 0.01
    expect(ends.flat().map((value) => value.toFixed(3))).toEqual(['-0.040', '-0.020', '-0.080', '-0.040'])
    expect(seen).toEqual(
      Array.from({ length: 12 }, (_, step) => {
        const epoch = Math.floor(step / 6)
        return [
          step,
          12,
          Math.floor((step % 6) / 2),
          'a',
          (-0.04 * epoch).toFixed(3).replace('-0.000', '0.000'),
        ]
      }),
    )
    expect(tf.memory().numTensors).toBe(before)
  })

  test('ends in the middle of an epoch when it is aborted', async () => {
    const before = tf.memory().numTensors
    const abort = new AbortController()
    let batches = 0
    const counted: Objective = {
      ...objective,
      loss: (...given) => {
        if (++batches === 4) abort.abort()
        return objective.loss(...given)
      },
    }
    expect(await collect(counted, plan, abort.signal)).toHaveLength(1)
    expect(batches).toBe(4)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('lets timers run between two batches', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 0)
    await collect(objective, { ...plan, epochs: 20 })
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(1)
  })
})

const zero = { shape: [1], values: Float32Array.of(0) }

/** 3 × `factor` + w for each example: a slope of 1 everywhere. */
function slope(factor: number): Objective {
  return {
    ...objective,
    initialize: () => ({ w: zero }),
    loss: ({ w }, { target }) => tf.tidy(() => tf.mul(tf.sum(tf.add(w!, 3 * factor)), target.shape[0])),
  }
}

async function collect(of: Objective, by: TrainingPlan, signal?: AbortSignal): Promise<Epoch[]> {
  const epochs: Epoch[] = []
  for await (const epoch of train(of, by, { signal })) epochs.push(epoch)
  return epochs
}

async function stepsOf(by: TrainingPlan): Promise<number[]> {
  const positions = [0]
  for await (const epoch of train(slope(1), by)) positions.push((await epoch.weights()).w!.values[0]!)
  return positions.slice(1).map((position, n) => positions[n]! - position)
}
