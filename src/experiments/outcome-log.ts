// What the raw log says of an experiment, summed up where it lies.
import type { PairedSums } from '../statistics/paired-sample.ts'
import type { Metric } from './definition.ts'
import type { Experiment } from './experiment.ts'

export interface OutcomeLog {
  flow(experiment: Experiment): Promise<ExposureFlow>
  /** What users did, by day; for an interleaved experiment what their lists say: see `DaySums`. */
  outcome(experiment: Experiment, metric: Metric): Promise<DaySums[]>
}

/** Who saw what, and what became of the feedback. Testers are left out but for their own number. */
export interface ExposureFlow {
  readonly lists: Readonly<Record<string, number>>
  /** Users by the variant that they saw first and the traffic split of that moment (its place in `weights`). */
  readonly users: readonly { readonly variant: string; readonly split: number; readonly users: number }[]
  /** Users who saw another variant later; they count for the first. */
  readonly moved: number
  readonly testerLists: number
  readonly feedback: {
    /** Belongs to a list of this experiment, in time. */
    readonly attributed: number
    /** Belongs to one, but came after the attribution window. */
    readonly late: number
    /** Came while the experiment ran and belongs to no list of any experiment. */
    readonly unmatched: number
    /** Told again, and not counted again. */
    readonly duplicates: number
  }
}

/**
 * How the sums over users of x, y and their products grew on one day. y is the metric's number a user so far. x is the
 * number of lists served for a `rate`, else what is known of the user from before the start: feedback of the same type
 * and ratings. In an interleaved experiment x is the number of lists that prefer a variant, y how many more prefer the
 * treatment than the control.
 */
export interface DaySums extends PairedSums {
  readonly variant: string
  /** By ratings known when the user came: none, few, some, many. */
  readonly segment: string
  /** Counted from 0 at the start. */
  readonly day: number
  /** Users active on this day, and their y of this day alone. */
  readonly active: number
  readonly dayY: number
  readonly dayYY: number
}
