import type { Sql } from '../db/database.ts'

/**
 * Deletes events of active batches that have not been current for more than `days`. What they were replaced by can still
 * be undone, but they are not current again then. Events in quarantine wait for a decision and stay.
 *
 * @returns how many
 */
export async function pruneRatingHistory(sql: Sql, days: number): Promise<number> {
  const { count } = await sql`
    delete from rating_history using rating_batches
    where rating_batches.id = batch_id and status = 'active' and since < now() - make_interval(days => ${days})`
  return count
}
