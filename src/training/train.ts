// The training loop. It knows no model: only examples, weights and a loss to be minimized.
import * as tf from '@tensorflow/tfjs'
import { updateAdam } from '../compute/adam.ts'
import { read } from '../compute/read.ts'
import { disposeSparse, uploadSparse } from '../compute/sparse-tensor.ts'
import { selectRows } from '../interactions/csr/select.ts'
import type { LearningHyperparameters } from '../models/hyperparameters.ts'
import type { DeviceBatch, Objective, StepContext } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import { createRandom } from '../random/random.ts'
import { penaltyOf } from './penalty.ts'
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

/** Gives the mean loss over the examples of all passes. */
async function runEpoch(
  objective: Objective,
  plan: TrainingPlan,
  state: DeviceState,
  epoch: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { passes = 1 } = objective
  const random = createRandom(plan.seed, 'epoch', epoch)
  const previousEpoch = keepPrevious(objective, state)
  let total = 0
  for (let pass = 0; pass < passes && !signal?.aborted; pass++) {
    const place = { pass, passesBefore: (epoch - 1) * passes + pass, passes: plan.epochs * passes }
    total += await runPass(objective, plan, state, { ...place, previousEpoch, random }, signal)
  }
  tf.dispose(previousEpoch)
  return total / (objective.examples.rows * passes)
}

/** Where an epoch stands when a pass over the examples begins. */
interface PassStart extends Pick<StepContext, 'pass' | 'previousEpoch' | 'random'> {
  /** Of the whole training, and how many it would make. */
  readonly passesBefore: number
  readonly passes: number
}

/** Gives the sum of the losses. The host waits for the device once, at the end. */
async function runPass(
  objective: Objective,
  plan: TrainingPlan,
  state: DeviceState,
  { pass, passesBefore, passes, previousEpoch, random }: PassStart,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { rows } = objective.examples
  const order = random.permutation(rows)
  const batches = Math.ceil(rows / plan.batchSize)
  const steps = passes * batches
  let total = tf.scalar(0)
  for (let batch = 0; batch < batches && !signal?.aborted; batch++) {
    const chosen = order.subarray(batch * plan.batchSize, (batch + 1) * plan.batchSize)
    const examples = objective.prepare(selectRows(objective.examples, chosen), random, pass)
    const uploaded = { input: uploadSparse(examples.input), target: uploadSparse(examples.target) }
    const step = passesBefore * batches + batch
    const share = chosen.length / rows
    const rate = rateAt(step, steps, plan)
    total = addTo(
      total,
      update(objective, uploaded, state, rate, { step, steps, pass, share, random, previousEpoch }),
    )
    disposeSparse(uploaded.input)
    disposeSparse(uploaded.target)
    // lets timers and signals through
    await new Promise(setImmediate)
  }
  const [sum] = await read(total)
  return sum!
}

function keepPrevious(objective: Objective, { parameters }: DeviceState): Record<string, tf.Tensor> {
  const kept = Object.entries(parameters).filter(([name]) => objective.keepsPrevious?.(name))
  return Object.fromEntries(kept.map(([name, parameter]) => [name, tf.clone(parameter)]))
}

function update(
  objective: Objective,
  batch: DeviceBatch,
  { parameters, adam }: DeviceState,
  rate: number,
  progress: StepContext,
): tf.Scalar {
  return tf.tidy(() => {
    const names = Object.keys(parameters).filter(
      (name) => objective.isTrainable?.(name, progress.pass) ?? true,
    )
    const learning = Object.fromEntries(names.map((name) => [name, parameters[name]!]))
    const lossOf = (...tensors: tf.Tensor[]) =>
      objective.loss(
        { ...parameters, ...Object.fromEntries(names.map((name, n) => [name, tensors[n]!])) },
        batch,
        progress,
      )
    const { value, grads } = tf.valueAndGrads(lossOf)(Object.values(learning))
    const decay = sharesOf(objective.penalties ?? {}, progress.share)
    const loss = tf.add<tf.Scalar>(value, penaltyOf(decay, parameters))
    updateAdam(learning, Object.fromEntries(names.map((name, n) => [name, grads[n]!])), adam, rate, decay)
    return loss
  })
}

function sharesOf(penalties: Readonly<Record<string, number>>, share: number): Record<string, number> {
  return Object.fromEntries(Object.entries(penalties).map(([name, lambda]) => [name, lambda * share]))
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
