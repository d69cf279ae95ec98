import type { Sql } from '../../src/db/database.ts'
import { createRandom } from '../../src/random/random.ts'
import { nextWeeks, type Weeks } from '../../src/ratings/next-weeks.ts'
import { type ImportReport, importRatings } from '../../src/ratings/postgres-import.ts'
import { findRatingTimes, selectPeriod, shuffleRatings } from '../../src/ratings/rating-period.ts'
import { openRatingsSource } from '../../src/ratings/ratings-source.ts'
import { withDatabase } from '../terminal/with-database.ts'

export interface ReplayOptions {
  readonly weeks: number
  readonly shuffle?: true
}

export interface Replayed {
  readonly period: Weeks
  readonly report: ImportReport
  readonly isShuffled: boolean
}

/** Imports the next weeks of a source into the configured database; undefined if none are left. */
export function replay(
  path: string,
  { weeks, shuffle }: ReplayOptions,
  signal: AbortSignal,
): Promise<Replayed | undefined> {
  return withDatabase(async ({ sql }, { ratingHistoryDays: historyDays }) => {
    const times = await findRatingTimes(await openRatingsSource(path, { signal }), await lastRatingTime(sql))
    const period = nextWeeks(times, weeks)
    if (period === undefined) return undefined
    const ratings = selectPeriod(await openRatingsSource(path, { signal }), period)
    const shuffled = shuffle ? shuffleRatings(ratings, createRandom('replay', period.week)) : ratings
    const name = `${ratings.name} week ${period.week}${shuffle ? ', shuffled' : ''}`
    const report = await importRatings(sql, { ...shuffled, name }, { historyDays, signal })
    return { period, report, isShuffled: shuffle ?? false }
  })
}

async function lastRatingTime(sql: Sql): Promise<number> {
  const [row] = await sql<
    { last: number | null }[]
  >`select extract(epoch from max(rated_at))::float8 as last from ratings`
  return row?.last ?? Number.NEGATIVE_INFINITY
}
