// The training loop. It knows no model: only examples, weights and a loss to be minimized.
import * as tf from '@tensorflow/tfjs'
import { updateAdam } from '../compute/adam.ts'
import { disposeSparse, uploadSparse } from '../compute/sparse-tensor.ts'
import { selectRows } from '../interactions/csr-matrix.ts'
import type { LearningHyperparameters } from '../models/hyperparameters.ts'
import type { Batch, Objective, Progress } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import { createRandom } from '../random/random.ts'
import {
  type DeviceState,
  disposeTraining,
  download,
  readTraining,
  resumeTraining,
  startTraining,
  type TrainingState,
} from './training-state.ts'

export type TrainingPlan = Pick<
  LearningHyperparameters,
  'epochs' | 'batchSize' | 'learningRate' | 'learningRateDecay'
> & { readonly seed: number }

export interface TrainingOptions {
  /** Where to go on; absent to start anew. */
  readonly from?: TrainingState | undefined
  /** Ends training without a further epoch, between two updates. */
  readonly signal?: AbortSignal | undefined
}

/** What an epoch gave. Its methods may be called until the next epoch is asked for. */
export interface Epoch {
  /** Counts from one. */
  readonly epoch: number
  /** Mean over the examples. */
  readonly loss: number
  readonly seconds: number
  weights(): Promise<Weights>
  snapshot(): Promise<TrainingState>
}

/** The loss was NaN or infinite: the weights are of no use. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
}

/**
 * Minimizes an objective with Adam, an epoch at a time, the examples in a new order in each. The same objective, plan
 * and backend give the same weights, also when training goes on from a snapshot.
 *
 * @throws DivergedError when an epoch's loss is not finite.
 * @throws RangeError when there are no examples.
 */
export async function* train(
  objective: Objective,
  plan: TrainingPlan,
  { from, signal }: TrainingOptions = {},
): AsyncGenerator<Epoch, void, undefined> {
  if (objective.examples.rows === 0) throw new RangeError('There are no examples to train on')
  const state = from
    ? resumeTraining(from)
    : startTraining(objective.initialize(createRandom(plan.seed, 'initialize')))
  try {
    for (let epoch = (from?.epoch ?? 0) + 1; epoch <= plan.epochs; epoch++) {
      const start = performance.now()
      const loss = await runEpoch(objective, plan, state, epoch, signal)
      if (signal?.aborted) return
      if (!Number.isFinite(loss))
        throw new DivergedError(
          `The loss of epoch ${epoch} is ${loss}; a learning rate below ${plan.learningRate} may help`,
        )
      yield {
        epoch,
        loss,
        seconds: (performance.now() - start) / 1000,
        weights: () => download(state.parameters),
        snapshot: () => readTraining(state, epoch),
      }
    }
  } finally {
    disposeTraining(state)
  }
}

/** Gives the mean loss over the examples. The host waits for the device once, at the end. */
async function runEpoch(
  objective: Objective,
  plan: TrainingPlan,
  state: DeviceState,
  epoch: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { rows } = objective.examples
  const random = createRandom(plan.seed, 'epoch', epoch)
  const order = random.permutation(rows)
  const steps = plan.epochs * Math.ceil(rows / plan.batchSize)
  let total = tf.scalar(0)
  for (let start = 0; start < rows && !signal?.aborted; start += plan.batchSize) {
    const chosen = order.subarray(start, start + plan.batchSize)
    const examples = objective.prepare(selectRows(objective.examples, chosen), random)
    const batch = { input: uploadSparse(examples.input), target: uploadSparse(examples.target) }
    const { step } = state.adam
    const loss = update(objective, batch, state, rateAt(step, steps, plan), {
      step,
      steps,
      share: chosen.length / rows,
      random,
    })
    disposeSparse(batch.input)
    disposeSparse(batch.target)
    total = addTo(total, loss)
    // lets timers and signals through
    await new Promise(setImmediate)
  }
  const [sum] = await total.data()
  total.dispose()
  return sum! / rows
}

function update(
  objective: Objective,
  batch: Batch,
  { parameters, adam }: DeviceState,
  rate: number,
  progress: Progress,
): tf.Scalar {
  return tf.tidy(() => {
    const names = Object.keys(parameters)
    const lossOf = (...tensors: tf.Tensor[]) =>
      objective.loss(Object.fromEntries(names.map((name, n) => [name, tensors[n]!])), batch, progress)
    const { value, grads } = tf.valueAndGrads(lossOf)(Object.values(parameters))
    updateAdam(parameters, Object.fromEntries(names.map((name, n) => [name, grads[n]!])), adam, rate)
    return value as tf.Scalar
  })
}

function addTo(total: tf.Scalar, loss: tf.Scalar): tf.Scalar {
  const sum = tf.add<tf.Scalar>(total, loss)
  tf.dispose([total, loss])
  return sum
}

function rateAt(step: number, steps: number, { learningRate, learningRateDecay }: TrainingPlan): number {
  if (learningRateDecay === 'none') return learningRate
  return (learningRate * (1 + Math.cos((Math.PI * step) / steps))) / 2
}
