import type { ExposureLosses } from '../experiments/exposure-log.ts'
import type { Batches } from '../ratings/batches.ts'
import type { LatestRatingCounts } from '../ratings/rating-counts.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { Registry } from '../registry/registry.ts'
import type { VersionName } from '../registry/version-name.ts'
import type { Reports } from '../retraining/report/reports.ts'
import type { ListedRun } from '../retraining/run/postgres-run-list.ts'
import type { VersionTraining } from '../training/postgres-version-training.ts'
import type { Traffic } from './overview/traffic.ts'

/** What the pages read and change. */
export interface ConsoleDependencies {
  readonly registry: Registry
  readonly champions: Pick<LiveChampions, 'list'>
  readonly reports: Pick<Reports, 'find'>
  readonly batches: Batches
  /** The latest runs of retraining, newest first. */
  readonly listRuns: (count: number) => Promise<readonly ListedRun[]>
  readonly findTraining: (name: VersionName) => Promise<VersionTraining | null>
  readonly ratingCounts: LatestRatingCounts
  readonly traffic: () => Traffic
  readonly exposureLosses: () => ExposureLosses
}
