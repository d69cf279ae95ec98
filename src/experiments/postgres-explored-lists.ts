import type { Database } from '../db/database.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import type { Definition } from './definition.ts'
import type { ExploredList } from './evaluate-off-policy.ts'

/** A sampled list with the ratings of its user at that time. */
export interface ExploredListOfUser extends ExploredList {
  readonly history: readonly RatedItem[]
}

/**
 * The lists of an experiment that were sampled and logged with their propensities, without those of testers. The reward
 * of an item is 1 if an event of the primary metric for its request and item occurred within the attribution window.
 */
export async function readExploredLists(
  { sql }: Pick<Database, 'sql'>,
  { name, primaryMetric, attributionHours }: Definition,
): Promise<ExploredListOfUser[]> {
  const rows = await sql<ExploredListOfUser[]>`
    select user_id as "userId", served_at as "servedAt", items, propensities,
      array(
        select exists (
          select 1 from feedback f
          where f.request_id = e.request_id and f.item_id = shown.item and f.type = ${primaryMetric.event}
            and f.at between served_at and served_at + ${attributionHours} * interval '1 hour'
        )::int
        from unnest(items) with ordinality as shown (item, place) order by place
      ) as rewards,
      coalesce((
        select json_agg(json_build_object('itemId', item_id, 'value', value))
        from ratings r where r.user_id = e.user_id and (rated_at is null or rated_at <= served_at)
      ), '[]') as history
    from exposures e
    where experiment = ${name} and not forced and propensities is not null
    order by served_at, request_id`
  return [...rows]
}
