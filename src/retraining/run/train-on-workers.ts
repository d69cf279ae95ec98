import type { Interactions } from '../../interactions/interactions.ts'
import type { TrainedVariant } from '../result.ts'
import { saveWithoutErased } from './erase-from-runs.ts'
import type { RunContext } from './run-context.ts'
import { openRunFolder } from './run-folder.ts'
import type { TrainVariantJob } from './train-variant.ts'

/**
 * Lets a worker train a variant. The erasure of a user deletes the copy of the ratings, so that a job that starts later
 * fails: then the copy is saved again without the user, and the job sent again.
 *
 * @throws the error of the training, and RunInProgressError, LostRunError if the run is no longer the active one
 */
export async function trainOnWorkers(
  context: RunContext,
  job: TrainVariantJob,
  ratings: Interactions,
  signal: AbortSignal,
): Promise<TrainedVariant> {
  const { trainOnWorker, requireLease, database, store, run, runs, startedAt } = context
  const folder = openRunFolder(store, run.id, runs)
  for (;;) {
    const before = await folder.ratingsVersion()
    try {
      return await trainOnWorker!(job, signal)
    } catch (error) {
      const now = await folder.ratingsVersion()
      if (signal.aborted || (before !== null && before === now)) throw error
      await requireLease()
      // otherwise another job has saved them meanwhile
      if (now === null) await saveWithoutErased(folder, ratings, database.sql, startedAt)
    }
  }
}
