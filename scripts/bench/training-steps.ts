// Steps of the real training loop, a block at a time, with what each part of them costs.
import * as tf from '@tensorflow/tfjs'
import { disposeAdam, initializeAdam, updateAdam } from '../../src/compute/adam.ts'
import type { Objective } from '../../src/models/model.ts'
import { createRandom } from '../../src/random/random.ts'
import { train } from '../../src/training/train.ts'

export interface StepParts {
  readonly preparation: number
  readonly forward: number
  readonly backward: number
  /** Absent where it is not known apart from the backward pass. */
  readonly optimizer?: number
}

/** Runs the loop on `objective`, whose examples make one block; each call of `next` trains one block. */
export function trainingBlocks(objective: Objective, batchSize: number) {
  const spent = { preparation: 0, forward: 0 }
  const observed: Objective = {
    ...objective,
    ...(objective.corrupt && { corrupt: timed(spent, 'preparation', objective.corrupt) }),
    loss: timed(spent, 'forward', objective.loss),
  }
  const plan = {
    epochs: 1_000_000,
    batchSize,
    learningRate: 1e-3,
    learningRateDecay: 'none',
    seed: 1,
  } as const
  const steps = Math.ceil(objective.examples.target.rows / batchSize)
  const epochs = train(observed, plan)
  return {
    steps,
    /** Milliseconds a step of the next block: all of it, the batch's preparation and the forward pass. */
    async next() {
      spent.preparation = spent.forward = 0
      const { value } = await epochs.next()
      if (!value) throw new Error('Training ended before the measurement did')
      return {
        total: (1000 * value.seconds) / steps,
        preparation: spent.preparation / steps,
        forward: spent.forward / steps,
      }
    },
    stop: () => epochs.return(),
  }
}

/** Milliseconds of one optimizer step over parameters such as `objective` has, the median of a few. */
export async function measureOptimizer(objective: Objective): Promise<number> {
  const variables = Object.fromEntries(
    Object.entries(objective.initialize(createRandom(1))).map(([name, { shape }]) => [
      name,
      tf.tidy(() => tf.variable(tf.zeros([...shape]))),
    ]),
  )
  const gradients = tf.tidy(() =>
    Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, tf.ones(shape)])),
  )
  const state = initializeAdam(variables)
  const times: number[] = []
  for (let repeat = 0; repeat < 5; repeat++) {
    const started = performance.now()
    updateAdam(variables, gradients, state, 1e-3)
    // while a tensor shares a parameter's memory, a step cannot be made in place
    await tf.tidy(() => tf.slice(Object.values(variables)[0]!.flatten(), 0, 1)).data()
    times.push(performance.now() - started)
  }
  disposeAdam(state)
  tf.dispose([variables, gradients])
  return times.sort((a, b) => a - b)[2]!
}

function timed<Arguments extends unknown[], Result>(
  spent: Record<string, number>,
  part: string,
  run: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  return (...args) => {
    const started = performance.now()
    const result = run(...args)
    spent[part]! += performance.now() - started
    return result
  }
}
