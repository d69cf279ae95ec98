// The context of a run; only the files of this folder hold it.
import type { Database } from '../../db/database.ts'
import type { ArtifactStore } from '../../registry/artifact-store.ts'
import type { Registry } from '../../registry/registry.ts'
import type { TrainedVariant } from '../result.ts'
import type { RetrainingEvent } from './events.ts'
import type { RunLock } from './run-lock.ts'
import type { NewRun, Runs } from './runs.ts'
import { createStopwatch, type Stopwatch } from './stopwatch.ts'
import type { TrainVariantJob } from './train-variant.ts'

export interface RetrainingDependencies {
  readonly database: Database
  readonly registry: Registry
  /** With the state of runs in its folder `retraining`, shared by all machines that train variants of a run. */
  readonly store: ArtifactStore
  /** The name of the current backend. */
  readonly backend: string
  /** Interrupts the run between two epochs; `resumeRetraining` resumes it. */
  readonly signal?: AbortSignal
  readonly onEvent?: ((event: RetrainingEvent) => void) | undefined
  /** Receives the share of the training of a variant in this process that is done, from 0 to 1. */
  readonly onVariantProgress?: ((variant: string, share: number) => void) | undefined
  /** Trains all variants at once on workers; by default they are trained in this process, one after another. */
  readonly trainOnWorker?:
    | ((job: TrainVariantJob, signal: AbortSignal) => Promise<TrainedVariant>)
    | undefined
}

/** An active run. */
export interface RunContext extends RetrainingDependencies {
  readonly run: NewRun
  /** By the clock of the database, like the times of erasures. */
  readonly startedAt: Date
  readonly runs: Runs
  readonly stopwatch: Stopwatch
  /** @throws RunInProgressError, LostRunError if the run is no longer the active one */
  readonly requireLease: () => Promise<void>
  readonly emit: (event: RetrainingEvent) => void
}

export function createRunContext(
  run: NewRun,
  startedAt: Date,
  lock: RunLock,
  runs: Runs,
  dependencies: RetrainingDependencies,
): RunContext {
  return {
    ...dependencies,
    run,
    startedAt,
    runs,
    stopwatch: createStopwatch(),
    requireLease: async () => {
      await lock.requireHeld()
      await runs.requireRunning(run.id)
    },
    emit: (event) => dependencies.onEvent?.(event),
  }
}
