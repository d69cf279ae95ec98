// Starts or resumes a retraining, one at a time.

import { type RetrainingConfig, retrainingConfigSchema } from '../config.ts'
import type { RetrainingResult } from '../result.ts'
import { executeRun } from './execute-run.ts'
import { createPostgresRuns } from './postgres-runs.ts'
import { createRunContext, type RetrainingDependencies } from './run-context.ts'
import { removeEndedFolders } from './run-folder.ts'
import { acquireRunLock, type RunLock } from './run-lock.ts'
import type { NewRun, StoredRun } from './runs.ts'

export interface RetrainingOptions {
  readonly config: RetrainingConfig
  /** Starts all variants from random weights. */
  readonly cold?: boolean
  /** Ratings given later are left out; by default the time of the latest rating. */
  readonly until?: Date | undefined
  /** The user who starts it, for the record. */
  readonly by: string
}

/** No run can be resumed. */
export class NothingToResumeError extends Error {
  override readonly name = 'NothingToResumeError'
}

/**
 * Retrains all variants, evaluates them against their champions, and promotes those that pass the gate. Unfinished
 * earlier runs are abandoned.
 *
 * @throws RunInProgressError if another run is active, DamagedFileError, UnusableArtifactError if a champion cannot be
 * loaded, the signal's reason, and errors of reading, training and publishing; the run can be resumed after these
 */
export async function runRetraining(
  { config, cold = false, until, by }: RetrainingOptions,
  dependencies: RetrainingDependencies,
): Promise<RetrainingResult> {
  const id = crypto.randomUUID()
  const run: NewRun = { id, config, cold, by, backend: dependencies.backend }
  return withRunLock(run.id, dependencies, async (lock) => {
    const runs = createPostgresRuns(dependencies.database)
    const startedAt = await runs.start(run)
    await removeEndedFolders(dependencies.store, runs)
    return executeRun(createRunContext(run, startedAt, lock, runs, dependencies), null, until)
  })
}

/**
 * Resumes the unfinished run with its stored configuration. The result is the same as without the interruption.
 *
 * @throws NothingToResumeError if there is none, or if it used another backend or an earlier version; and the errors of
 * `runRetraining`
 */
export async function resumeRetraining(dependencies: RetrainingDependencies): Promise<RetrainingResult> {
  const runs = createPostgresRuns(dependencies.database)
  const found = await runs.unfinished()
  if (found === null)
    throw new NothingToResumeError('There is no unfinished run: start a new one, without --resume')
  return withRunLock(found.id, dependencies, async (lock) => {
    const run = await runs.unfinished()
    if (run?.id !== found.id) throw new NothingToResumeError(`Run ${found.id} has ended in the meantime`)
    if (run.backend !== dependencies.backend)
      throw new NothingToResumeError(
        `Run ${run.id} used the backend ${run.backend}, and ${dependencies.backend} would give another result: resume it with --backend ${run.backend}`,
      )
    // version 0.1 took the threshold from the configuration, and planned no default
    if (run.preparation && run.preparation.plan.split.positiveThreshold === undefined)
      throw new NothingToResumeError(
        `Run ${run.id} was started by an earlier version of Palate, whose plan has no positive threshold: start a new one, without --resume`,
      )
    const resumed = { ...run, config: storedConfig(run) }
    await runs.resume(run.id)
    return executeRun(createRunContext(resumed, run.startedAt, lock, runs, dependencies), run.preparation)
  })
}

/** Earlier versions had fewer options: these have their defaults. */
function storedConfig({ id, config }: StoredRun): RetrainingConfig {
  const parsed = retrainingConfigSchema.safeParse(config)
  if (parsed.success) return parsed.data
  throw new NothingToResumeError(
    `Run ${id} was started by an earlier version of Palate, whose configuration is no longer valid: start a new one, without --resume`,
  )
}

async function withRunLock(
  runId: string,
  { database }: RetrainingDependencies,
  task: (lock: RunLock) => Promise<RetrainingResult>,
): Promise<RetrainingResult> {
  const lock = await acquireRunLock(database.sql, runId)
  try {
    return await task(lock)
  } finally {
    await lock.release()
  }
}
