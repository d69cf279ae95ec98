import { isNotNull, max, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { retrainingRuns } from '../db/retraining-schema.ts'
import type { RunEnds } from './run-ends.ts'

/** When a run of the database last ended in each way; those that did not finish count as failed. */
export async function findRunEnds({ db }: Pick<Database, 'db'>): Promise<RunEnds> {
  const end = sql<string>`coalesce(${retrainingRuns.outcome}, 'failed')`
  const rows = await db
    .select({ end, at: max(retrainingRuns.finishedAt) })
    .from(retrainingRuns)
    .where(isNotNull(retrainingRuns.finishedAt))
    .groupBy(end)
  return Object.fromEntries(rows.map(({ end, at }) => [end, at]))
}
