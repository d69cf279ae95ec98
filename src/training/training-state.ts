// The state of training between two epochs, on the device and in host memory.
import * as tf from '@tensorflow/tfjs'
import { type AdamState, disposeAdam, initializeAdam, type NamedVariables } from '../compute/adam.ts'
import { requireCapacity } from '../compute/capacity.ts'
import type { Weights } from '../models/weights.ts'

/** Sufficient to resume exactly at the end of an epoch: the random draws of an epoch depend only on the seed and its number. */
export interface TrainingState {
  /** Number of completed epochs. */
  readonly epoch: number
  readonly weights: Weights
  readonly optimizer: {
    readonly steps: Readonly<Record<string, number>>
    readonly mean: Weights
    readonly variance: Weights
  }
}

/** The same on the device; the caller disposes of it with `disposeTraining`. */
export interface DeviceState {
  readonly parameters: NamedVariables
  readonly adam: AdamState
}

/**
 * @param hasFullGradients false if each update has the gradients of some items alone
 * @throws RangeError when the backend cannot hold the weights with their gradients and Adam's two moments.
 */
export function startTraining(weights: Weights, hasFullGradients: boolean): DeviceState {
  requireRoom(weights, hasFullGradients)
  const parameters = upload(weights)
  return { parameters, adam: initializeAdam(parameters) }
}

/** @throws RangeError as `startTraining` does. */
export function resumeTraining(
  { weights, optimizer }: TrainingState,
  hasFullGradients: boolean,
): DeviceState {
  requireRoom(weights, hasFullGradients)
  const { steps, mean, variance } = optimizer
  return {
    parameters: upload(weights),
    adam: { steps: { ...steps }, mean: upload(mean), variance: upload(variance) },
  }
}

export async function readTraining(state: DeviceState, epoch: number): Promise<TrainingState> {
  const { steps, mean, variance } = state.adam
  return {
    epoch,
    weights: await download(state.parameters),
    optimizer: { steps: { ...steps }, mean: await download(mean), variance: await download(variance) },
  }
}

export function disposeTraining({ parameters, adam }: DeviceState): void {
  tf.dispose(Object.values(parameters))
  disposeAdam(adam)
}

export async function download(variables: NamedVariables): Promise<Weights> {
  const names = Object.keys(variables)
  // a copy: a backend may hand out the memory it computes in
  const values = await Promise.all(
    Object.values(variables).map(async (variable) => (await variable.data()).slice()),
  )
  return Object.fromEntries(
    names.map((name, n) => [name, { shape: variables[name]!.shape, values: values[n] as Float32Array }]),
  )
}

function requireRoom(weights: Weights, hasFullGradients: boolean): void {
  const bytes = Object.values(weights).reduce((sum, { values }) => sum + values.byteLength, 0)
  requireCapacity((hasFullGradients ? 4 : 3) * bytes, `Training ${(bytes / 4e6).toFixed(0)} million weights`)
}

function upload(weights: Weights): NamedVariables {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(weights).map(([name, { shape, values }]) => [
        name,
        // a copy: a backend may compute in the memory it is given
        tf.variable(tf.tensor(values.slice(), [...shape], 'float32')),
      ]),
    ),
  )
}
