// What training a model takes and returns.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Model, WeightAxes } from '../models/model.ts'
import type { Weights } from '../models/weights.ts'
import type { HeldOut } from '../splits/split.ts'
import type { ExpectedCost } from './expected-cost.ts'
import type { TrainingState } from './training-state.ts'
import type { Validation } from './validate.ts'

export interface FitOptions {
  readonly model: Model
  /** At least those that differ from the defaults. */
  readonly hyperparameters?: object
  /** users × items ratings. */
  readonly train: CsrMatrix
  /** Chooses the best epoch. Without it training runs all epochs and keeps the last one. */
  readonly validation?: HeldOut
  readonly seed: number
  /** Ends training after this epoch, with the schedules of all epochs. */
  readonly lastEpoch?: number
  /** Resumes training from this state, given the same options; a model computed directly starts over. */
  readonly from?: FitState | undefined
  /** Replaces the initial weights of the model, which are its argument. */
  initialize?(weights: Weights, axes: WeightAxes): Weights
  /** Ends training; the best weights so far are the result. */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport): void | Promise<void>
  /** Receives the share of the computation that is done, from 0 to 1; training that stops early ends below 1. */
  onProgress?(share: number): void
  /** Receives the expected cost once; never in a training of less than about a second. */
  onExpected?(cost: ExpectedCost): void
  /** Receives the state from which training can resume, after every epoch and every part of a blend. */
  onState?(state: FitState): Promise<void>
}

/** The state of an unfinished training: resuming from it has the same result as an uninterrupted training. */
export type FitState = EpochState | BlendState

/** Between two epochs. */
export interface EpochState {
  readonly training: TrainingState
  readonly best: BestEpoch
  readonly history: readonly EpochReport[]
  /** All of them, since defaults depend on the device; absent in states of earlier versions. */
  readonly hyperparameters?: object | undefined
}

export interface BlendState {
  /** Those that are trained. */
  readonly parts: readonly FittedModel[]
  /** The next part, if some of its epochs are done. */
  readonly current?: EpochState
  /** The epochs of all parts so far, numbered in succession. */
  readonly history: readonly EpochReport[]
}

/** The weights of an epoch, with their validation if there is validation data. */
export interface BestEpoch {
  readonly epoch: number
  /** The exported weights; without validation data, the trained weights before export. */
  readonly weights: Weights
  readonly validation?: Validation
}

export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number
  /** The maximum number of epochs. */
  readonly epochs: number
  /** Mean over the examples. */
  readonly loss: number
  readonly validation?: Validation
  /** Duration of the epoch without validation. */
  readonly seconds: number
  /** For `onEpoch` alone, in the last epoch of a training that stops early: the epoch whose weights are kept. */
  readonly stoppedEarly?: { readonly bestEpoch: number }
}

export interface FittedModel {
  /** The exported weights, for the model's `open`. */
  readonly weights: Weights
  /** All hyperparameters, including defaults and those chosen on the validation users. */
  readonly hyperparameters: object
  /** Number of epochs; 0 for a model without epochs. */
  readonly epochs: number
  /** The epoch of the weights. */
  readonly bestEpoch: number
  /** Median seconds per epoch; in total without epochs; of a blend, the seconds of all parts per epoch of any part. */
  readonly epochSeconds: number
  readonly interrupted: boolean
  readonly history: readonly EpochReport[]
  /** Of a blend, if they were chosen on the validation users. */
  readonly chosenShares?: ChosenShares
}

/** The shares of the parts of a blend, and how much the validation metric depends on them. */
export interface ChosenShares {
  readonly metric: Validation['metric']
  readonly value: number
  readonly parts: readonly {
    readonly model: string
    readonly share: number
    /** The metric with a share that is lower or higher by .1, the others in proportion; null if it cannot be. */
    readonly less: number | null
    readonly more: number | null
  }[]
}
