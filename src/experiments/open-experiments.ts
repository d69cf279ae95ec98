import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import { eraseFromJournals } from './erase-journals.ts'
import type { Experiments } from './experiment.ts'
import { type ExposureLog, openExposureLog } from './exposure-log.ts'
import type { SaveFeedback } from './feedback.ts'
import { LiveExperiments } from './live-experiments.ts'
import type { OutcomeLog } from './outcome-log.ts'
import { createPostgresErasure, type ErasedTraces } from './postgres-erasure.ts'
import { createPostgresExperiments } from './postgres-experiments.ts'
import { createPostgresExposureWriter } from './postgres-exposures.ts'
import { createPostgresFeedback } from './postgres-feedback.ts'
import { createPostgresOutcomes } from './postgres-outcomes.ts'

/** The parts that a service needs to run experiments. */
export interface OpenExperiments {
  readonly experiments: Experiments
  readonly live: LiveExperiments
  readonly exposures: ExposureLog
  readonly outcomes: OutcomeLog
  readonly saveFeedback: SaveFeedback
  readonly eraseUser: (userId: string) => Promise<ErasedTraces>
  /** Writes the remaining exposures. */
  close(): Promise<void>
}

/** @param home the folder for exposures that are not written to the database yet */
export function openExperiments(
  database: Database,
  { home, log }: { home: string; log: Logger },
): OpenExperiments {
  const experiments = createPostgresExperiments(database)
  const erase = createPostgresErasure(database)
  const live = new LiveExperiments(experiments, log)
  const exposures = openExposureLog({
    write: createPostgresExposureWriter(database),
    folder: join(home, 'exposures'),
    log,
  })
  return {
    experiments,
    live,
    exposures,
    outcomes: createPostgresOutcomes(database),
    saveFeedback: createPostgresFeedback(database),
    eraseUser: async (userId) => {
      const erased = await erase(userId)
      await eraseFromJournals(join(home, 'exposures'), userId)
      return erased
    },
    close: async () => {
      live.close()
      await exposures.close()
    },
  }
}
