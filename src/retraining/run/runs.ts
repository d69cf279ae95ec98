// The records of runs, from which an interrupted run resumes.
import type { RetrainingConfig } from '../config.ts'
import type { DataCheck } from '../data/data-checks.ts'
import type { PreviousSnapshot, Snapshot } from '../data/snapshot.ts'
import type { GateResult, Outcome, RetrainingResult, TrainedVariant } from '../result.ts'
import type { Plan } from './plan.ts'

export interface NewRun {
  readonly id: string
  readonly config: RetrainingConfig
  /** Whether all variants start from random weights. */
  readonly cold: boolean
  readonly backend: string
  /** The user who started it. */
  readonly by: string
}

export interface StoredRun extends NewRun {
  readonly status: 'running' | 'interrupted' | 'finished' | 'failed' | 'abandoned'
  readonly startedAt: Date
  /** Null until the ratings have been read and have passed the checks. */
  readonly preparation: Preparation | null
}

/** The result of the first step of a run. */
export interface Preparation {
  readonly snapshot: Snapshot
  readonly checks: readonly DataCheck[]
  readonly plan: Plan
}

/** The result of training a variant, or the message of its error. */
export type TrainingOutcome = { readonly training: TrainedVariant } | { readonly error: string }

export interface Runs {
  /** Starts a run and abandons unfinished ones. Returns its start, by the clock of the database. */
  start(run: NewRun): Promise<Date>
  /** Those of some runs that are finished or abandoned, and can never be resumed. */
  ended(ids: readonly string[]): Promise<readonly string[]>
  /** The run that can be resumed; null if the last one is finished or abandoned. */
  unfinished(): Promise<StoredRun | null>
  /** Marks an unfinished run as running again. */
  resume(id: string): Promise<void>
  /** @throws LostRunError if the run is no longer the active one */
  requireRunning(id: string): Promise<void>
  savePreparation(id: string, preparation: Preparation): Promise<void>
  saveTraining(id: string, variant: string, outcome: TrainingOutcome): Promise<void>
  /** The outcomes so far, by variant. */
  trainings(id: string): Promise<ReadonlyMap<string, TrainingOutcome>>
  saveRefit(id: string, variant: string, outcome: TrainingOutcome): Promise<void>
  /** The refits so far, by variant. */
  refits(id: string): Promise<ReadonlyMap<string, TrainingOutcome>>
  saveGate(id: string, variant: string, gate: GateResult): Promise<void>
  savePromotion(id: string, variant: string): Promise<void>
  finish(result: RetrainingResult): Promise<void>
  /** An interrupted or failed run can be resumed. */
  end(id: string, status: 'interrupted' | 'failed', error: string): Promise<void>
  /** The snapshot of the last finished run that trained, and the start of that run; null if there is none. */
  lastSnapshot(): Promise<(PreviousSnapshot & { readonly startedAt: Date }) | null>
}

/** Another run has started, and this one is abandoned. */
export class LostRunError extends Error {
  override readonly name = 'LostRunError'
}

/** Time of the last end of a run, by outcome. */
export type RunEnds = Readonly<Partial<Record<Outcome | 'failed', Date>>>
