// A user takes back the rating of an item. Only the time of the retraction remains; see `retractions` in the schema.
import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { lockOfErasures } from '../db/erasure-schema.ts'
import { retryingConflicts } from './retrying-conflicts.ts'

type Drizzle = Database['db']

/** SQL for whether a rating with the time `ratedAt`, possibly null, is from before the retraction in the row `retraction`. */
export function isVoidSql(ratedAt: string, retraction = 'retractions'): string {
  return `coalesce(${ratedAt}, '-infinity') <= ${retraction}.retracted_at`
}

/** SQL after `with voided as (…)`, rows of `retractions`: deletes what is stored from before them, of one batch or of all. */
export function deleteVoidSql(batch?: number): string {
  return `
    deleted as (${deletionFrom('ratings', batch)}), former as (${deletionFrom('rating_history', batch)})
    select count(*)::int as count from deleted`
}

function deletionFrom(table: string, batch: number | undefined): string {
  return `
    delete from ${table} using voided
    where (${table}.user_id, ${table}.item_id) = (voided.user_id, voided.item_id)
      and ${isVoidSql(`${table}.rated_at`, 'voided')} ${batch === undefined ? '' : `and ${table}.batch_id = ${batch}`}
    returning 1`
}

/** See `UserRatings.retract`. A retraction of an unknown user is not stored. */
export async function retract(db: Drizzle, userId: string, itemId: string): Promise<boolean> {
  await retryingConflicts(() => record(db, userId, itemId))
  // not in one transaction: an import may have locked the rating, and waits for the lock of erasures at its end
  const [deleted] = await retryingConflicts(() =>
    db.execute<{ count: number }>(sql`
      with voided as (select * from retractions where (user_id, item_id) = (${userId}, ${itemId})),
      ${sql.raw(deleteVoidSql())}`),
  )
  return deleted!.count > 0
}

/** Imports that have already looked for retractions commit first; those that have not see this one. */
function record(db: Drizzle, userId: string, itemId: string): Promise<void> {
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${lockOfErasures})`)
    await transaction.execute(sql`
      insert into retractions (user_id, item_id, retracted_at)
      select id, ${itemId}, greatest(
        to_timestamp(${Date.now() / 1000}::float8),
        (select rated_at from ratings where (user_id, item_id) = (${userId}, ${itemId})),
        (select max(rated_at) from rating_history where (user_id, item_id) = (${userId}, ${itemId}))
      )
      from users where id = ${userId}
      on conflict (user_id, item_id) do update
        set retracted_at = greatest(retractions.retracted_at, excluded.retracted_at), arrived_at = excluded.arrived_at`)
  })
}
