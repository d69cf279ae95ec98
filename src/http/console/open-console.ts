import { loadPages } from '../../console/console.ts'
import type { ConsoleDependencies } from '../../console/dependencies.ts'
import type { Database } from '../../db/database.ts'
import type { OpenExperiments } from '../../experiments/open-experiments.ts'
import { createPostgresBatches } from '../../ratings/postgres-batches.ts'
import { createRatingCounts } from '../../ratings/rating-counts.ts'
import { listRuns } from '../../retraining/run/postgres-run-list.ts'
import { findTraining } from '../../training/postgres-version-training.ts'
import { createPostgresSessions } from '../access/postgres-sessions.ts'
import type { Sessions } from '../access/sessions.ts'
import type { Metrics } from '../metrics.ts'

type Parts = Pick<ConsoleDependencies, 'registry' | 'champions' | 'reports'> & {
  readonly experiments: Pick<OpenExperiments, 'exposures'>
  readonly metrics: Pick<Metrics, 'traffic'>
}

export interface OpenConsole extends ConsoleDependencies {
  readonly sessions: Sessions
  /** Does what would make the first page slow: loads the plotting library and counts the ratings. */
  prepare(): Promise<void>
}

/** What the console reads from a database and the parts of a service, and its sessions. */
export function openConsole(database: Database, { experiments, metrics, ...parts }: Parts): OpenConsole {
  const ratingCounts = createRatingCounts(database)
  return {
    ...parts,
    sessions: createPostgresSessions(database),
    batches: createPostgresBatches(database),
    listRuns: (count) => listRuns(database, count),
    findTraining: (name) => findTraining(database, name),
    ratingCounts,
    prepare: async () => {
      await Promise.all([loadPages(), ratingCounts.latest()])
    },
    traffic: metrics.traffic,
    exposureLosses: experiments.exposures.losses,
  }
}
