import { loadPages } from '../../console/console.ts'
import type { ConsoleDependencies } from '../../console/dependencies.ts'
import type { Database } from '../../db/database.ts'
import type { OpenExperiments } from '../../experiments/open-experiments.ts'
import { createPostgresBatches } from '../../ratings/postgres-batches.ts'
import { readItemRatings } from '../../ratings/postgres-item-ratings.ts'
import { findItems } from '../../ratings/postgres-item-search.ts'
import { readAvailabilityLimits } from '../../ratings/postgres-unavailable-items.ts'
import { createPostgresUserHistories } from '../../ratings/postgres-user-histories.ts'
import { findUsers } from '../../ratings/postgres-user-search.ts'
import { readTimeline, summarizeRatings } from '../../ratings/postgres-user-timeline.ts'
import { createRatingCounts } from '../../ratings/rating-counts.ts'
import type { UserRatings } from '../../ratings/user-ratings.ts'
import type { Reports } from '../../retraining/report/reports.ts'
import { readDrifts } from '../../retraining/run/postgres-drifts.ts'
import { findRun, listRuns } from '../../retraining/run/postgres-run-list.ts'
import { createPostgresSegments } from '../../segments/postgres-segments.ts'
import { createPostgresTrainingRecords } from '../../training/postgres-training-records.ts'
import { createPostgresStudies } from '../../tuning/postgres-studies.ts'
import { createPostgresStudyRecords } from '../../tuning/postgres-study-records.ts'
import { createPostgresSessions } from '../access/postgres-sessions.ts'
import type { Sessions } from '../access/sessions.ts'
import { eraseAndReport, type ReceiptDependencies } from '../erase-and-report.ts'
import type { Metrics } from '../metrics.ts'

type Parts = Pick<ConsoleDependencies, 'registry' | 'champions' | 'catalog' | 'similarUsers'> &
  Pick<ReceiptDependencies, 'store' | 'trainingsInProgress'> & {
    readonly ratings: UserRatings
    readonly reports: Reports
    readonly experiments: OpenExperiments
    readonly metrics: Pick<Metrics, 'traffic'>
  }

export interface OpenConsole extends ConsoleDependencies {
  readonly sessions: Sessions
  /** Does what would make the first page slow: loads the plotting library and counts the ratings. */
  prepare(): Promise<void>
}

/** What the console reads from a database and the parts of a service, and its sessions. */
export function openConsole(
  database: Database,
  { store, trainingsInProgress, metrics, ...parts }: Parts,
): OpenConsole {
  const { sql } = database
  const { registry, champions, catalog, similarUsers, ratings, reports, experiments } = parts
  const ratingCounts = createRatingCounts(database)
  return {
    ...{ registry, champions, catalog, similarUsers, ratings, reports },
    sessions: createPostgresSessions(database),
    batches: createPostgresBatches(database),
    listRuns: (count, skipped) => listRuns(database, count, skipped),
    readDrifts: (count) => readDrifts(database, count),
    findRun: (id) => findRun(database, id),
    trainings: createPostgresTrainingRecords(database),
    studies: createPostgresStudyRecords(database),
    findTrials: createPostgresStudies(database).trials,
    ratingCounts,
    prepare: async () => {
      await Promise.all([loadPages(), ratingCounts.latest()])
    },
    userHistories: createPostgresUserHistories(database),
    segments: createPostgresSegments(database),
    readAvailabilityLimits: () => readAvailabilityLimits(sql),
    findUsers: (...search) => findUsers(sql, ...search),
    readTimeline: (...page) => readTimeline(sql, ...page),
    summarizeRatings: (userId) => summarizeRatings(sql, userId),
    findItems: (...search) => findItems(sql, ...search),
    readItemRatings: (itemId) => readItemRatings(sql, itemId),
    eraseUser: (userId) => eraseAndReport({ ...parts, store, trainingsInProgress }, userId),
    experiments: experiments.experiments,
    outcomes: experiments.outcomes,
    traffic: metrics.traffic,
    exposureLosses: experiments.exposures.losses,
  }
}
