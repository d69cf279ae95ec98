// A training step as one call: its operations are recorded once and then run together, on data that stay on the device.
import * as tf from '@tensorflow/tfjs'
import type { AdamState, NamedVariables } from './adam.ts'

/** Steps that are made of the same operations. */
export interface StepVariant {
  readonly name: string
  /** What changes from step to step; the second sample must differ from the first wherever steps can. */
  readonly samples: readonly [tf.NamedTensorMap, tf.NamedTensorMap]
  /** One step from such inputs, ending in `updateAdam`; gives what is added to the total. */
  run(inputs: tf.NamedTensorMap): tf.Scalar
}

export interface StepSource {
  readonly parameters: NamedVariables
  readonly adam: AdamState
  /** Read by every step and never changed. */
  readonly data: tf.NamedTensorMap
  /** Copies of parameters, renewed by `copyParameters`. */
  readonly copies: tf.NamedTensorMap
  readonly variants: readonly StepVariant[]
}

export interface StepProgram {
  /** Runs one step; need not wait for the device. */
  run(variant: string, inputs: tf.NamedTensorMap, rate: number): void
  /** Copies the parameters that steps want to see as they are now. */
  copyParameters(): void
  /** The sum of what the steps gave since it was last asked. */
  takeTotal(): Promise<number>
  /** Brings parameters and the state of Adam back into the tensors that the program was made from. */
  download(): Promise<void>
  dispose(): void
}

type Record = (source: StepSource) => Promise<StepProgram>

const recorders = new Map<string, Record>()

/** Whether the current backend runs steps as one call. */
export function canRecordSteps(): boolean {
  return recorders.has(tf.getBackend())
}

/** @throws UnrecordableError where some step depends on more than its inputs */
export function recordSteps(source: StepSource): Promise<StepProgram> {
  return recorders.get(tf.getBackend())!(source)
}

/** For a backend that gains by it. */
export function registerRecorder(backendName: string, record: Record): void {
  recorders.set(backendName, record)
}

/** Some step cannot be run from its record. */
export class UnrecordableError extends Error {
  override readonly name = 'UnrecordableError'
}
