// What all steps of a run share.
import type { Database } from '../../db/database.ts'
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
  /** The folder that holds what Palate keeps. */
  readonly home: string
  /** The name of the current backend. */
  readonly backend: string
  /** Interrupts the run between two epochs; it goes on with `resumeRetraining`. */
  readonly signal?: AbortSignal
  readonly onEvent?: ((event: RetrainingEvent) => void) | undefined
  /** Trains on other machines, all variants at once; here and one after another when absent. */
  readonly trainElsewhere?:
    | ((job: TrainVariantJob, signal: AbortSignal) => Promise<TrainedVariant>)
    | undefined
}

/** A run under way. */
export interface RunContext extends RetrainingDependencies {
  readonly run: NewRun
  readonly startedAt: Date
  readonly runs: Runs
  readonly stopwatch: Stopwatch
  /** @throws where the run has lost its right to go on */
  readonly requireLease: () => Promise<void>
  readonly say: (event: RetrainingEvent) => void
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
    say: (event) => dependencies.onEvent?.(event),
  }
}
