// The updates of a training: weights, optimizer and examples on the device.
import type { Weights } from '../models/weights.ts'
import type { TrainingState } from './training-state.ts'

export interface Step {
  /** Number of previous updates, and of all updates of the training. */
  readonly step: number
  readonly steps: number
  readonly pass: number
  /** The training examples of the batch. */
  readonly chosen: Int32Array
  readonly rate: number
}

export interface Stepper {
  /** Copies the weights that the objective reads as they were at the start of the epoch. */
  beginEpoch(): void
  /** Makes one update, without waiting for the device. */
  update(step: Step): void
  /** The sum of the losses of all updates since the last call; waits for the device. */
  takeLoss(): Promise<number>
  weights(): Promise<Weights>
  snapshot(epoch: number): Promise<TrainingState>
  dispose(): void
}
