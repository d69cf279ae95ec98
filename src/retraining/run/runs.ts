// The record of runs: what lets one go on where another broke off.
import type { RetrainingConfig } from '../config.ts'
import type { DataCheck } from '../data/data-checks.ts'
import type { PreviousSnapshot } from '../data/drift.ts'
import type { Snapshot } from '../data/snapshot.ts'
import type { GateResult, RetrainingResult, TrainedVariant } from '../result.ts'
import type { Plan } from './plan.ts'

export interface NewRun {
  readonly id: string
  readonly config: RetrainingConfig
  /** Whether all variants start over. */
  readonly cold: boolean
  readonly backend: string
  /** Who started it. */
  readonly by: string
}

export interface StoredRun extends NewRun {
  readonly status: 'running' | 'interrupted' | 'finished' | 'failed' | 'abandoned'
  readonly startedAt: Date
  /** Null until the ratings were read and found fit to train on. */
  readonly survey: Survey | null
}

/** What was found at the start of a run. */
export interface Survey {
  readonly snapshot: Snapshot
  readonly checks: readonly DataCheck[]
  readonly plan: Plan
}

/** How the training of a variant went. */
export type TrainingOutcome = { readonly training: TrainedVariant } | { readonly error: string }

export interface Runs {
  /**
   * Begins a run; those that were not finished are given up.
   *
   * @returns the ids of the runs given up
   */
  start(run: NewRun): Promise<readonly string[]>
  /** The run that would go on; null where the last one is finished or given up. */
  unfinished(): Promise<StoredRun | null>
  /** Lets an unfinished run go on. */
  resume(id: string): Promise<void>
  /** @throws LostRunError when the run is not the one that runs */
  requireRunning(id: string): Promise<void>
  saveSurvey(id: string, survey: Survey): Promise<void>
  saveTraining(id: string, variant: string, outcome: TrainingOutcome): Promise<void>
  /** By variant, those that were trained. */
  trainings(id: string): Promise<ReadonlyMap<string, TrainingOutcome>>
  saveGate(id: string, variant: string, gate: GateResult): Promise<void>
  savePromotion(id: string, variant: string): Promise<void>
  finish(result: RetrainingResult): Promise<void>
  /** An interrupted or failed run may go on later. */
  end(id: string, status: 'interrupted' | 'failed', error: string): Promise<void>
  /** Of the last run that trained; null before the first one. */
  lastSnapshot(): Promise<PreviousSnapshot | null>
}

/** Somebody else has given the run up. */
export class LostRunError extends Error {
  override readonly name = 'LostRunError'
}
