// One retraining of all variants at a time, begun or gone on with.

import type { RetrainingConfig } from '../config.ts'
import type { RetrainingResult } from '../result.ts'
import { carryOutRun } from './execute-run.ts'
import { createPostgresRuns } from './postgres-runs.ts'
import { createRunContext, type RetrainingDependencies } from './run-context.ts'
import { openRunFolder } from './run-folder.ts'
import { type RunLock, takeRunLock } from './run-lock.ts'
import type { NewRun } from './runs.ts'

export interface RetrainingOptions {
  readonly config: RetrainingConfig
  /** Lets all variants start over. */
  readonly cold?: boolean
  /** The instant up to which ratings are seen; that of the latest one when absent. */
  readonly until?: Date | undefined
  /** Who starts it, for the record. */
  readonly by: string
}

/** There is no run that could go on. */
export class NothingToResumeError extends Error {
  override readonly name = 'NothingToResumeError'
}

/**
 * Retrains all variants, judges them against their champions, and promotes those that pass the gate. Runs that were
 * not finished before are given up.
 *
 * @throws RunInProgressError when another run is under way, DamagedFileError, UnusableArtifactError when a champion
 * cannot be judged, the signal's reason, and whatever reading, training and publishing throw; the run may go on then
 */
export async function runRetraining(
  { config, cold = false, until, by }: RetrainingOptions,
  dependencies: RetrainingDependencies,
): Promise<RetrainingResult> {
  const id = crypto.randomUUID()
  const run: NewRun = { id, config, cold, by, backend: dependencies.backend }
  return underLock(run.id, dependencies, async (lock) => {
    const runs = createPostgresRuns(dependencies.database)
    for (const abandoned of await runs.start(run)) await openRunFolder(dependencies.home, abandoned).remove()
    return carryOutRun(createRunContext(run, new Date(), lock, runs, dependencies), null, until)
  })
}

/**
 * Goes on with the run that did not come to its end, as it was configured then, to the result that it would have had.
 *
 * @throws NothingToResumeError when there is none, or it computed on another backend; and as `runRetraining` does
 */
export async function resumeRetraining(dependencies: RetrainingDependencies): Promise<RetrainingResult> {
  const runs = createPostgresRuns(dependencies.database)
  const found = await runs.unfinished()
  if (found === null)
    throw new NothingToResumeError('No run waits to go on: start a new one, without --resume')
  return underLock(found.id, dependencies, async (lock) => {
    const run = await runs.unfinished()
    if (run?.id !== found.id) throw new NothingToResumeError(`Run ${found.id} has ended meanwhile`)
    if (run.backend !== dependencies.backend)
      throw new NothingToResumeError(
        `Run ${run.id} computed on ${run.backend} and would not come to the same result on ${dependencies.backend}: resume it with --backend ${run.backend}`,
      )
    await runs.resume(run.id)
    return carryOutRun(createRunContext(run, run.startedAt, lock, runs, dependencies), run.survey)
  })
}

async function underLock(
  runId: string,
  { database }: RetrainingDependencies,
  task: (lock: RunLock) => Promise<RetrainingResult>,
): Promise<RetrainingResult> {
  const lock = await takeRunLock(database, runId)
  try {
    return await task(lock)
  } finally {
    await lock.release()
  }
}
