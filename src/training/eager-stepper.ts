// Updates whose operations are run one after another.
import * as tf from '@tensorflow/tfjs'
import { updateAdam } from '../compute/adam.ts'
import { type DeviceExamples, openDeviceExamples } from '../compute/device-examples.ts'
import { createDeviceRandom } from '../compute/philox.ts'
import { read } from '../compute/read.ts'
import type { Objective } from '../models/model.ts'
import type { PhiloxKey } from '../random/philox.ts'
import { penaltyOf } from './penalty.ts'
import type { Step, Stepper } from './stepper.ts'
import { type DeviceState, disposeTraining, download, readTraining } from './training-state.ts'

/** What an update is made of, on the device. */
export interface Training {
  readonly objective: Objective
  readonly key: PhiloxKey
  readonly state: DeviceState
  readonly examples: DeviceExamples<'input' | 'target'>
  readonly previousEpoch: Readonly<Record<string, tf.Tensor>>
}

/** The values that change from update to update, as tensors. */
export interface StepInputs {
  readonly located: tf.NamedTensorMap
  readonly schedule: Readonly<Record<string, tf.Scalar>>
  /** int32 [1] */
  readonly step: tf.Tensor1D
}

export function openEagerStepper(objective: Objective, state: DeviceState, key: PhiloxKey): Stepper {
  const examples = openDeviceExamples({ ...objective.examples })
  let previousEpoch: Record<string, tf.Tensor> = {}
  let total = tf.scalar(0)
  return {
    beginEpoch() {
      tf.dispose(previousEpoch)
      previousEpoch = keepPrevious(objective, state)
    },
    update(step) {
      const inputs = stepInputs(objective, examples, step)
      const loss = update({ objective, key, state, examples, previousEpoch }, inputs, step)
      tf.dispose([inputs.located, inputs.schedule, inputs.step])
      total = addTo(total, loss)
    },
    async takeLoss() {
      const [sum] = await read(total)
      total = tf.scalar(0)
      return sum!
    },
    weights: () => download(state.parameters),
    snapshot: (epoch) => readTraining(state, epoch),
    dispose() {
      tf.dispose([previousEpoch, total])
      examples.dispose()
      disposeTraining(state)
    },
  }
}

/** Uploads the inputs of this update; the caller disposes of them. */
export function stepInputs(
  objective: Objective,
  examples: DeviceExamples<'input' | 'target'>,
  { chosen, step, steps }: Step,
): StepInputs {
  const schedule = Object.entries(objective.schedule?.(step, steps) ?? {})
  return {
    located: examples.locate(objective.groups?.rowsOf(chosen) ?? chosen),
    schedule: Object.fromEntries(schedule.map(([name, value]) => [name, tf.scalar(value, 'float32')])),
    step: tf.tensor1d([step], 'int32'),
  }
}

/** Updates the state in place; returns the batch's part of the objective, including penalties. */
export function update(
  { objective, key, state: { parameters, adam }, examples, previousEpoch }: Training,
  { located, schedule, step }: StepInputs,
  { pass, chosen, rate }: Pick<Step, 'pass' | 'chosen' | 'rate'>,
): tf.Scalar {
  return tf.tidy(() => {
    const share = chosen.length / exampleCount(objective)
    const context = { pass, share, random: createDeviceRandom(key, step), schedule, previousEpoch }
    const { input, target } = examples.select(located)
    const batch = { input: objective.corrupt?.(input, context) ?? input, target }
    const names = Object.keys(parameters).filter((name) => objective.isTrainable?.(name, pass) ?? true)
    const learning = Object.fromEntries(names.map((name) => [name, parameters[name]!]))
    const lossOf = (...tensors: tf.Tensor[]) =>
      objective.loss(
        { ...parameters, ...Object.fromEntries(names.map((name, n) => [name, tensors[n]!])) },
        batch,
        context,
      )
    const { value, grads } = tf.valueAndGrads(lossOf)(Object.values(learning))
    const decay = sharesOf(objective.penalties ?? {}, share)
    const loss = tf.add<tf.Scalar>(value, penaltyOf(decay, parameters))
    updateAdam(learning, Object.fromEntries(names.map((name, n) => [name, grads[n]!])), adam, rate, decay)
    return loss
  })
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

function addTo(total: tf.Scalar, loss: tf.Scalar): tf.Scalar {
  const sum = tf.add<tf.Scalar>(total, loss)
  tf.dispose([total, loss])
  return sum
}
