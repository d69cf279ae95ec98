// What training a model for a version of the registry takes and returns.
import type { Evaluation } from '../evaluation/evaluate.ts'
import type { Metric } from '../evaluation/metric.ts'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { Model } from '../models/model.ts'
import type { Catalog } from '../ratings/item-catalog.ts'
import type { Manifest, Provenance, RefitCandidate, Registry } from '../registry/registry.ts'
import type { HeldOut, Split } from '../splits/split.ts'
import type { ExpectedCost } from './expected-cost.ts'
import type { ChosenShares, EpochReport, FitState } from './fitted-model.ts'
import type { TrainingRuns } from './training-runs.ts'

export interface TrainAndPublishOptions {
  readonly model: Model
  /** Only those that differ from the defaults. */
  readonly hyperparameters?: object
  /** Finds hyperparameters for this training, which go before those of `hyperparameters`; undefined for none. */
  searchHyperparameters?(): Promise<object | undefined>
  /** Trained on `train`; the best epoch is chosen on `validation`, the last epoch counts without it. */
  readonly split: Pick<Split, 'train' | 'users' | 'items'> & Partial<Pick<Split, 'validation'>>
  /** What to evaluate the model on before it is published; it is published without metrics when absent. */
  readonly evaluation?: EvaluationOptions
  /**
   * All ratings, users × items of `split`. After the evaluation the model is trained on them for as many epochs as the
   * best one, and these weights are published instead of the evaluated ones.
   */
  readonly refitOn?: CsrMatrix
  /** The candidate that this training repeats, for as many epochs, on the ratings in `split.train`. */
  readonly refitOf?: { readonly candidate: RefitCandidate; readonly metrics: Provenance['metrics'] }
  /** Identifies the ratings that were split. */
  readonly dataFingerprint: string
  /** The time of the latest rating that was split; null if the ratings have no times. */
  readonly trainedUpTo: Date | null
  readonly seed: number
  /** The name of the current backend, for the record. */
  readonly backend: string
  /** The version of the same model whose weights to start from; the initializer's weights when null or absent. */
  readonly warmFrom?: number | null
  /** The retraining run and the variant of it that is trained; such a version is published only once. */
  readonly candidate?: { readonly retrainingRun: string; readonly variant: string }
  /** Called before publishing. */
  readCatalog(): Promise<Catalog>
  readonly registry: Registry
  readonly runs: TrainingRuns
  /** Where to keep the state after each epoch; training resumes from the state that `load` returns. */
  readonly checkpoint?: Checkpoint
  /** Throws if this process may no longer train or publish; called before each epoch counts and before publishing. */
  requireLease?(): Promise<void>
  /**
   * Interrupts training. With a checkpoint nothing is published, and the next call resumes; without one the best epoch
   * so far is published, not refit, and marked as interrupted.
   */
  readonly signal?: AbortSignal
  onEpoch?(report: EpochReport, stage: TrainingStage): void | Promise<void>
  /** Receives the share of the computation that is done, from 0 to 1. */
  onProgress?(share: number, stage: TrainingStage): void
  /** Receives the expected cost of each training, the one on `refitOn` included. */
  onExpected?(cost: ExpectedCost): void
}

/** `refit` is the training on `refitOn`. */
export type TrainingStage = 'candidate' | 'refit'

export interface EvaluationOptions {
  readonly heldOut: HeldOut
  /** Metrics that the model does not support are left out. */
  readonly metrics: readonly Metric[]
  /** A rating from this value counts as positive. */
  readonly positiveThreshold: number
}

export interface Checkpoint {
  /** Undefined if no epoch was completed. */
  load(): Promise<FitState | undefined>
  save(state: FitState): Promise<void>
}

export interface PublishedTraining {
  readonly manifest: Manifest
  /** All hyperparameters, defaults included. */
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly metrics: Evaluation['metrics']
  /** With the values of single users; undefined without `evaluation`. */
  readonly evaluation: Evaluation | undefined
  /** The version whose weights training started from; null for a cold start. */
  readonly warmFrom: number | null
  /** Why training did not start from other weights; null if it did. */
  readonly coldReason: string | null
  /** Epochs trained before the refit; 0 for a model computed directly. */
  readonly epochs: number
  /** The best epoch, which is also the number of epochs of the refit. */
  readonly bestEpoch: number
  readonly history: readonly EpochReport[]
  /** Null for a model that is no blend, and for one whose shares were set. */
  readonly chosenShares: ChosenShares | null
  readonly interrupted: boolean
  /** Why the evaluated weights were published although a refit was requested; null otherwise. */
  readonly refitFailure: string | null
  readonly seconds: number
}
