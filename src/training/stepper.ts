// What carries out the updates of a training: weights, optimizer and examples on the device.
import type { Weights } from '../models/weights.ts'
import type { TrainingState } from './training-state.ts'

export interface Step {
  /** Updates made before this one, and those of the whole training. */
  readonly step: number
  readonly steps: number
  readonly pass: number
  /** The training examples of the batch. */
  readonly chosen: Int32Array
  readonly rate: number
}

export interface Stepper {
  /** Remembers the weights that the objective wants to see as they were when the epoch began. */
  beginEpoch(): void
  /** Makes one update; need not wait for the device. */
  update(step: Step): void
  /** The sum of the losses of all updates since it was last asked; waits for the device. */
  takeLoss(): Promise<number>
  weights(): Promise<Weights>
  snapshot(epoch: number): Promise<TrainingState>
  dispose(): void
}
