import type { Experiments } from '../experiments/experiment.ts'
import type { ExposureLosses } from '../experiments/exposure-log.ts'
import type { OutcomeLog } from '../experiments/outcome-log.ts'
import type { AvailabilityLimits } from '../ratings/available-items.ts'
import type { Batches } from '../ratings/batches.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { ItemRatings } from '../ratings/postgres-item-ratings.ts'
import type { FoundItem, ItemPosition } from '../ratings/postgres-item-search.ts'
import type { FoundUser } from '../ratings/postgres-user-search.ts'
import type { RatingsSummary, TimedRating, TimelinePosition } from '../ratings/postgres-user-timeline.ts'
import type { LatestRatingCounts } from '../ratings/rating-counts.ts'
import type { UserHistories } from '../ratings/user-histories.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { SimilarUsers } from '../recommender/similar-users.ts'
import type { Registry } from '../registry/registry.ts'
import type { Reports } from '../retraining/report/reports.ts'
import type { DriftOfRun } from '../retraining/run/postgres-drifts.ts'
import type { ListedRun } from '../retraining/run/postgres-run-list.ts'
import type { Segments } from '../segments/postgres-segments.ts'
import type { TrainingRecords } from '../training/postgres-training-records.ts'
import type { StudyRecords } from '../tuning/postgres-study-records.ts'
import type { Studies } from '../tuning/study.ts'
import type { Traffic } from './overview/traffic.ts'
import type { ErasureReceipt } from './users/erasure-receipt.ts'

/** What the pages read and change. */
export interface ConsoleDependencies {
  readonly registry: Registry
  readonly champions: Pick<LiveChampions, 'list' | 'use' | 'useVersion'>
  readonly reports: Pick<Reports, 'find'>
  readonly batches: Batches
  /** Runs of retraining, newest first, after the newest `skipped`. */
  readonly listRuns: (count: number, skipped?: number) => Promise<readonly ListedRun[]>
  /** How the ratings of the latest runs differ from those before, newest first. */
  readonly readDrifts: (count: number) => Promise<readonly DriftOfRun[]>
  /** Null if there is none. */
  readonly findRun: (id: string) => Promise<ListedRun | null>
  readonly trainings: TrainingRecords
  readonly studies: StudyRecords
  readonly findTrials: Studies['trials']
  readonly ratingCounts: LatestRatingCounts
  readonly ratings: Pick<UserRatings, 'of'>
  readonly catalog: Pick<ItemCatalog, 'titles' | 'find' | 'read' | 'save'>
  readonly readAvailabilityLimits: () => Promise<readonly AvailabilityLimits[]>
  readonly similarUsers: Pick<SimilarUsers, 'find'>
  readonly userHistories: UserHistories
  readonly segments: Pick<Segments, 'find'>
  readonly findUsers: (
    prefix: string,
    after: string | undefined,
    count: number,
  ) => Promise<readonly FoundUser[]>
  readonly readTimeline: (
    userId: string,
    after: TimelinePosition | undefined,
    count: number,
  ) => Promise<readonly TimedRating[]>
  readonly summarizeRatings: (userId: string) => Promise<RatingsSummary>
  readonly findItems: (
    text: string,
    after: ItemPosition | undefined,
    count: number,
  ) => Promise<readonly FoundItem[]>
  readonly readItemRatings: (itemId: string) => Promise<ItemRatings>
  readonly eraseUser: (userId: string) => Promise<ErasureReceipt>
  readonly experiments: Experiments
  readonly outcomes: OutcomeLog
  readonly traffic: () => Traffic
  readonly exposureLosses: () => ExposureLosses
}
