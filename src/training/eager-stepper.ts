// Updates whose operations are run one after another.
import * as tf from '@tensorflow/tfjs'
import { updateAdam } from '../compute/adam.ts'
import { type DeviceExamples, openDeviceExamples } from '../compute/device-examples.ts'
import { createDeviceRandom } from '../compute/philox.ts'
import { read } from '../compute/read.ts'
import { type Slices, takeSlices } from '../compute/slices.ts'
import type { DeviceBatch, Objective } from '../models/model.ts'
import type { PhiloxKey } from '../random/philox.ts'
import { penaltyOf } from './penalty.ts'
import type { Step, Stepper } from './stepper.ts'
import { type DeviceState, disposeTraining, download, readTraining } from './training-state.ts'

/** What an update changes, on the device, and what it needs besides its batch. */
interface Learner {
  readonly objective: Objective
  readonly key: PhiloxKey
  readonly state: DeviceState
  readonly previousEpoch: Readonly<Record<string, tf.Tensor>>
}

/** The same with all examples. */
export interface Training extends Learner {
  readonly examples: DeviceExamples<'input' | 'target'>
}

/** The values that change from update to update, as tensors. */
interface StepValues {
  readonly schedule: Readonly<Record<string, tf.Scalar>>
  /** int32 [1] */
  readonly step: tf.Tensor1D
}

/** The same with the place of the batch among all examples. */
export interface StepInputs extends StepValues {
  readonly located: tf.NamedTensorMap
}

export function openEagerStepper(objective: Objective, state: DeviceState, key: PhiloxKey): Stepper {
  const examples = openDeviceExamples({ ...objective.examples })
  let previousEpoch: Record<string, tf.Tensor> = {}
  const total = createTotal()
  return {
    beginEpoch() {
      tf.dispose(previousEpoch)
      previousEpoch = keepPrevious(objective, state)
    },
    update(step) {
      const inputs = stepInputs(objective, examples, step)
      const loss = update({ objective, key, state, examples, previousEpoch }, inputs, step)
      tf.dispose([inputs.located, inputs.schedule, inputs.step])
      total.add(loss)
    },
    takeLoss: () => total.take(),
    weights: () => download(state.parameters),
    snapshot: (epoch) => readTraining(state, epoch),
    dispose() {
      tf.dispose(previousEpoch)
      total.dispose()
      examples.dispose()
      disposeTraining(state)
    },
  }
}

/** Uploads the inputs of this update; the caller disposes of them. */
export function stepInputs(
  objective: Objective,
  examples: DeviceExamples<'input' | 'target'>,
  step: Step,
): StepInputs {
  return { located: examples.locate(rowsOf(objective, step)), ...stepValues(objective, step) }
}

/** The rows of the examples that the batch consists of. */
export function rowsOf({ groups }: Objective, { chosen }: Step): Int32Array {
  return groups?.rowsOf(chosen) ?? chosen
}

/** Uploads the values of this update; the caller disposes of them. */
export function stepValues(objective: Objective, { step, steps }: Step): StepValues {
  const schedule = Object.entries(objective.schedule?.(step, steps) ?? {})
  return {
    schedule: Object.fromEntries(schedule.map(([name, value]) => [name, tf.scalar(value, 'float32')])),
    step: tf.tensor1d([step], 'int32'),
  }
}

/** Updates the state in place; returns the batch's part of the objective, including penalties. */
export function update(
  training: Training,
  { located, ...values }: StepInputs,
  step: Pick<Step, 'pass' | 'chosen' | 'rate'>,
): tf.Scalar {
  return tf.tidy(() => updateOn(training.examples.select(located), training, values, step))
}

/**
 * The same on a batch, to be called in a `tidy`.
 *
 * @param slices of the parameters of which the batch sees only some slices
 */
export function updateOn(
  { input, ...others }: DeviceBatch,
  { objective, key, state: { parameters, adam }, previousEpoch }: Learner,
  { schedule, step }: StepValues,
  { pass, chosen, rate }: Pick<Step, 'pass' | 'chosen' | 'rate'>,
  slices: Readonly<Record<string, Slices>> = {},
): tf.Scalar {
  const share = chosen.length / exampleCount(objective)
  const random = createDeviceRandom(key, step)
  const context = { pass, share, random, schedule, previousEpoch: seenOf(previousEpoch, slices) }
  const batch = { input: objective.corrupt?.(input, context) ?? input, ...others }
  const seen = seenOf(parameters, slices)
  const names = Object.keys(parameters).filter((name) => objective.isTrainable?.(name, pass) ?? true)
  const lossOf = (...tensors: tf.Tensor[]) =>
    objective.loss(
      { ...seen, ...Object.fromEntries(names.map((name, n) => [name, tensors[n]!])) },
      batch,
      context,
    )
  const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => seen[name]!))
  const decay = sharesOf(objective.penalties ?? {}, share)
  const loss = tf.add<tf.Scalar>(value, penaltyOf(decay, seen))
  const learning = Object.fromEntries(names.map((name) => [name, parameters[name]!]))
  const gradients = Object.fromEntries(names.map((name, n) => [name, grads[n]!]))
  updateAdam(learning, gradients, adam, rate, decay, slices)
  return loss
}

/** What a batch sees of each parameter. */
function seenOf(
  parameters: Readonly<Record<string, tf.Tensor>>,
  slices: Readonly<Record<string, Slices>>,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [
      name,
      slices[name] ? takeSlices(parameter, slices[name]) : parameter,
    ]),
  )
}

export function exampleCount({ groups, examples }: Objective): number {
  return groups?.count ?? examples.target.rows
}

/** Copies of the parameters that the objective reads as they were at the start of the epoch. */
export function keepPrevious(objective: Objective, { parameters }: DeviceState): Record<string, tf.Tensor> {
  const kept = Object.entries(parameters).filter(([name]) => objective.keepsPrevious?.(name))
  return Object.fromEntries(kept.map(([name, parameter]) => [name, tf.clone(parameter)]))
}

function sharesOf(penalties: Readonly<Record<string, number>>, share: number): Record<string, number> {
  return Object.fromEntries(Object.entries(penalties).map(([name, lambda]) => [name, lambda * share]))
}

/** The sum of losses, on the device. */
export function createTotal() {
  let total = tf.scalar(0)
  return {
    /** Disposes of the loss. */
    add(loss: tf.Scalar): void {
      const sum = tf.add<tf.Scalar>(total, loss)
      tf.dispose([total, loss])
      total = sum
    },
    /** Reads the sum and starts again from 0. */
    async take(): Promise<number> {
      const [sum] = await read(total)
      total = tf.scalar(0)
      return sum!
    },
    dispose: () => total.dispose(),
  }
}
