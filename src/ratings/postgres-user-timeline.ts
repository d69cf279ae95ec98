import type { Sql } from '../db/database.ts'
import type { StoredRating } from './user-ratings.ts'

export interface TimedRating extends StoredRating {
  /** Orders the ratings of a user, latest first: microseconds before 1970; for a rating without a time, the last. */
  readonly position: number
}

export type TimelinePosition = readonly [position: number, itemId: string]

/** What is known of all current ratings of a user. */
export interface RatingsSummary {
  readonly count: number
  /** The others are null if there are none. */
  readonly mean: number | null
  readonly lowest: number | null
  readonly highest: number | null
  readonly since: Date | null
  readonly until: Date | null
}

/**
 * At most `count` current ratings of a user, the latest first and those without a time last, by item id where times are
 * equal; those after `after`. Reads all ratings of the user by the primary key.
 */
export async function readTimeline(
  sql: Sql,
  userId: string,
  after: TimelinePosition | undefined,
  count: number,
): Promise<readonly TimedRating[]> {
  const [position, itemId] = after ?? [-noTime, '']
  return sql<TimedRating[]>`
    select * from (
      select item_id as "itemId", value, kind, rated_at as time,
        coalesce(-(extract(epoch from rated_at) * 1000000)::bigint, ${noTime}::bigint) as position
      from ratings where user_id = ${userId}
    ) rated
    where (position, "itemId") > (${position}::bigint, ${itemId})
    order by position, "itemId" limit ${count}`
}

const noTime = Number.MAX_SAFE_INTEGER

export async function summarizeRatings(sql: Sql, userId: string): Promise<RatingsSummary> {
  const [summary] = await sql<[RatingsSummary]>`
    select count(*) as count, avg(value) as mean, min(value) as lowest, max(value) as highest, min(rated_at) as since,
      max(rated_at) as until
    from ratings where user_id = ${userId}`
  return summary
}
