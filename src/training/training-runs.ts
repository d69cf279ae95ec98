import type { EpochReport } from './fit.ts'

/** What a training run is about to do. */
export interface NewTrainingRun {
  readonly model: string
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly dataFingerprint: string
  readonly backend: string
  /** The retraining run and its variant that it trains; started again, it is the same run that goes on. */
  readonly retrainingRun?: string
  readonly variant?: string
}

/** How a training run ended. */
export type TrainingRunEnd =
  | { readonly status: 'finished' | 'interrupted'; readonly version: number }
  | { readonly status: 'failed' | 'interrupted'; readonly error: string }

/** The record of every training, kept while it runs. */
export interface TrainingRuns {
  /** Gives the id of the run. */
  start(run: NewTrainingRun): Promise<string>
  recordEpoch(id: string, report: EpochReport): Promise<void>
  end(id: string, end: TrainingRunEnd): Promise<void>
}
