// The ratings of a user in pages. They are found by the primary key, so that a page does not read those before it.
import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import type { EventPosition, StoredRating, UserEvent } from './user-ratings.ts'

type Drizzle = Database['db']

export async function readRatings(
  db: Drizzle,
  userId: string,
  after: string | undefined,
  count: number,
): Promise<StoredRating[]> {
  // no id is empty
  return db.execute<{ itemId: string; value: number; kind: string; time: Date | null }>(sql`
    select item_id as "itemId", value, kind, rated_at as time from ratings
    where user_id = ${userId} and item_id > ${after ?? ''} order by item_id limit ${count}`)
}

/** A retraction comes first among the events of its item: what was before is deleted. */
export async function readEvents(
  db: Drizzle,
  userId: string,
  [itemId, arrival]: EventPosition = ['', 0],
  count: number,
): Promise<UserEvent[]> {
  return db.execute<{ [K in keyof UserEvent]: UserEvent[K] }>(sql`
    select * from (
      select item_id as "itemId", value, kind, rated_at as time, true as "isCurrent", batch_id as batch, arrival
      from ratings where user_id = ${userId}
      union all
      select item_id, value, kind, rated_at, false, batch_id, arrival
      from rating_history where user_id = ${userId}
      union all
      select item_id, null, 'retraction', retracted_at, false, null, -1 from retractions where user_id = ${userId}
    ) events
    where ("itemId", arrival) > (${itemId}, ${arrival}::bigint)
    order by "itemId", arrival limit ${count}`)
}
