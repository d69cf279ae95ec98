import { fingerprint } from '../../interactions/fingerprint.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { driftSince, type PreviousSnapshot } from './drift.ts'
import { countValues, rangeOf } from './value-counts.ts'

/** The ratings that a run sees: all up to an instant, and how they differ from those of the run before. */
export interface Snapshot {
  /** ISO 8601; ratings given later take no part. */
  readonly instant: string
  /** SHA-256 over ids and matrix. */
  readonly fingerprint: string
  readonly users: number
  readonly items: number
  readonly ratings: number
  /** Ratings of the last 90 days, oldest first; days are UTC, as 2026-01-31. */
  readonly byDay: readonly { readonly day: string; readonly ratings: number }[]
  /** How many ratings have each value; values are binned where there are many. */
  readonly values: readonly ValueCount[]
  readonly lowest: number
  readonly highest: number
  /** Against the snapshot of the last run that was not stopped; null for the first. */
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
  /** Ratings a day before the last snapshot, over as long a time, and since. */
  readonly ratingsADay: Change
  /** What was rated since. */
  readonly since: {
    readonly ratings: number
    readonly users: number
    readonly newUsers: number
    readonly newItems: number
    /** The share of the ratings that the most active hundredth of their users gave. */
    readonly shareOfMostActive: number
    readonly values: readonly ValueCount[]
    /** Correlation of the ratings with the means of what their items had before; null of too few. */
    readonly agreement: number | null
  }
  /** The same of the ratings of as long a time before the last snapshot. */
  readonly agreementBefore: number | null
  /** The lowest and the highest rating of the last snapshot. */
  readonly rangeBefore: readonly [lowest: number, highest: number]
  /** Population stability index of the values since against those before: below 0.1 stable, above 0.25 a shift. */
  readonly valuesPsi: number
  /** The same of ratings by popularity decile of the items, as the deciles were before. */
  readonly popularityPsi: number
  /** Ratings by that decile, the most popular first. */
  readonly popularity: { readonly before: readonly number[]; readonly since: readonly number[] }
}

export interface Change {
  readonly before: number
  readonly after: number
}

const daysShown = 90
const daySeconds = 24 * 3600

/** @param ratings all of them up to the instant */
export function describeSnapshot(
  ratings: Interactions,
  instant: Date,
  previous: PreviousSnapshot | null,
): Snapshot {
  const { matrix, users, items } = ratings
  const [lowest, highest] = rangeOf(matrix.values)
  return {
    instant: instant.toISOString(),
    fingerprint: fingerprint(ratings),
    users: users.size,
    items: items.size,
    ratings: matrix.values.length,
    byDay: countDays(ratings, instant),
    values: countValues(matrix.values, () => true),
    lowest,
    highest,
    drift: previous && driftSince(previous, ratings, instant),
  }
}

function countDays({ times = new Float64Array(0) }: Interactions, instant: Date): Snapshot['byDay'] {
  const last = Math.floor(instant.getTime() / 1000 / daySeconds)
  const counts = new Int32Array(daysShown)
  for (const time of times) {
    const ago = last - Math.floor(time / daySeconds)
    if (ago >= 0 && ago < daysShown) counts[daysShown - 1 - ago]!++
  }
  return Array.from(counts, (count, n) => ({
    day: new Date((last - daysShown + 1 + n) * daySeconds * 1000).toISOString().slice(0, 10),
    ratings: count,
  }))
}
