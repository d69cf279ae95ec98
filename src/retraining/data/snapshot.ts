// The ratings that a run sees, summarized; kept with the run and shown in its report.
import type { PositiveShare } from '../../interactions/positive-share.ts'

/** All ratings up to an instant, and how they differ from those of the previous run. */
export interface Snapshot {
  /** ISO 8601; ratings given later are left out. */
  readonly instant: string
  /** ISO 8601, by the clock of the database: imports that came later were not read. Absent in earlier snapshots. */
  readonly readAt?: string
  /** SHA-256 over ids and matrix. */
  readonly fingerprint: string
  readonly users: number
  readonly items: number
  readonly ratings: number
  /** Ratings of the last 90 days, oldest first; days are UTC, as 2026-01-31. */
  readonly byDay: readonly { readonly day: string; readonly ratings: number }[]
  /** Number of ratings by value; many distinct values are binned. */
  readonly values: readonly ValueCount[]
  readonly lowest: number
  readonly highest: number
  readonly positives: PositiveShare
  /** Compared with the last run that was not stopped; null for the first run. */
  readonly drift: Drift | null
}

export interface ValueCount {
  readonly value: number
  readonly ratings: number
}

export interface Drift {
  readonly previousRunId: string
  readonly previousInstant: string
  readonly users: Change
  readonly items: Change
  readonly ratings: Change
  /** Ratings per day in a period of equal length before the previous snapshot, and since. */
  readonly ratingsPerDay: Change
  /** Ratings given since the previous snapshot. */
  readonly since: {
    readonly ratings: number
    readonly users: number
    readonly newUsers: number
    readonly newItems: number
    /** Share of the ratings given by the most active 1 % of users. */
    readonly shareOfMostActive: number
    readonly values: readonly ValueCount[]
    /** Correlation of the ratings with the earlier mean ratings of their items; null if there are too few. */
    readonly agreement: number | null
  }
  /** The same for a period of equal length before the previous snapshot. */
  readonly agreementBefore: number | null
  /** The lowest and the highest rating of the previous snapshot. */
  readonly rangeBefore: readonly [lowest: number, highest: number]
  /** Population stability index of the values since against before: below 0.1 stable, above 0.25 a shift. */
  readonly valuesPsi: number
  /** Population stability index of the ratings by popularity decile of the items; deciles of the earlier ratings. */
  readonly popularityPsi: number
  /** Ratings by popularity decile, the most popular first. */
  readonly popularity: { readonly before: readonly number[]; readonly since: readonly number[] }
}

export interface Change {
  readonly before: number
  readonly after: number
}

export interface PreviousSnapshot {
  readonly runId: string
  readonly snapshot: Snapshot
}
