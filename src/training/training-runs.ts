import type { EpochReport } from './fitted-model.ts'

/** The settings of a training run. */
export interface NewTrainingRun {
  readonly model: string
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly dataFingerprint: string
  readonly backend: string
  /** The retraining run and the variant that it trains; starting the same variant again resumes the same training run. */
  readonly retrainingRun?: string
  readonly variant?: string
}

/** The end of a training run. */
export type TrainingRunEnd =
  | { readonly status: 'finished' | 'interrupted'; readonly version: number }
  | { readonly status: 'failed' | 'interrupted'; readonly error: string }

/** The record of training runs, written while they run. */
export interface TrainingRuns {
  /** Returns the id of the run. */
  start(run: NewTrainingRun): Promise<string>
  /** Replaces the hyperparameters of the run. */
  setHyperparameters(id: string, hyperparameters: NewTrainingRun['hyperparameters']): Promise<void>
  recordEpoch(id: string, report: EpochReport): Promise<void>
  end(id: string, end: TrainingRunEnd): Promise<void>
}
