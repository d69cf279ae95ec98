// Which of the events of a user and item is the current rating.
import { strengthSql } from '../config/event-kinds.ts'

/** The columns that `ratings` and `rating_history` share. */
export const eventColumns = 'user_id, item_id, value, rated_at, kind, timed_by_server, batch_id, arrival'

/**
 * SQL for the current rating of each user and item among the rows of `events`, which has `eventColumns` and `seq`, null
 * for the row in `ratings`. The strongest kind of event holds. Of equally strong ones an event without a time of its own
 * replaces all that arrived before it, and among the rest the latest by time, then by arrival, holds.
 */
export function currentRatingsSql(events: string): string {
  return `
    select distinct on (user_id, item_id) ${eventColumns}, seq
    from (
      select *, max(arrival) filter (where timed_by_server) over (partition by user_id, item_id, strength) as last_timed_by_server
      from (select *, ${strengthSql('kind')} as strength from ${events}) events
    ) events
    where arrival >= coalesce(last_timed_by_server, arrival)
    order by user_id, item_id, strength desc, coalesce(rated_at, '-infinity') desc, arrival desc, seq desc nulls first`
}
