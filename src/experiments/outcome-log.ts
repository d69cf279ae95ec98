// Aggregates of the raw log of an experiment, computed in the database.
import type { PairedSums } from '../statistics/paired-sample.ts'
import type { Metric } from './definition.ts'
import type { Experiment } from './experiment.ts'

export interface OutcomeLog {
  flow(experiment: Experiment): Promise<ExposureFlow>
  /** Outcomes of users by day; for interleaving, preferences of their lists: see `DaySums`. */
  outcome(experiment: Experiment, metric: Metric): Promise<DaySums[]>
}

/** Counts of lists, users and feedback. Testers are excluded, except from their own count. */
export interface ExposureFlow {
  readonly lists: Readonly<Record<string, number>>
  /** Users by first variant and by traffic split at that time (index in `weights`). */
  readonly users: readonly { readonly variant: string; readonly split: number; readonly users: number }[]
  /** Users who later saw another variant; they count for the first. */
  readonly moved: number
  readonly testerLists: number
  readonly feedback: {
    /** Attributed to a list of this experiment within the attribution window. */
    readonly attributed: number
    /** After the attribution window. */
    readonly late: number
    /** During the experiment, but not attributable to a list of any experiment. */
    readonly unmatched: number
    /** Duplicate deliveries, not counted. */
    readonly duplicates: number
  }
}

/**
 * The increase on one day of the sums over users of x, y and their products. y is the cumulative metric of a user. x is
 * the number of lists served for a `rate`, otherwise the activity of the user before the start: feedback of the same
 * type and ratings. For interleaving, x is the number of lists that prefer a variant, and y the number that prefer the
 * treatment minus the number that prefer the control.
 */
export interface DaySums extends PairedSums {
  readonly variant: string
  /** By number of ratings at the first exposure: none, few, some, many. */
  readonly segment: string
  /** Counted from 0 at the start. */
  readonly day: number
  /** Users active on this day, and their y of this day alone. */
  readonly active: number
  readonly dayY: number
  readonly dayYY: number
}
