import { and, gte, isNull, lt, or, sql } from 'drizzle-orm'
import { anomalousUsers } from '../../db/anomalies-schema.ts'
import type { Database } from '../../db/database.ts'
import type { FlaggedUser, FlaggedUsers } from './anomalous-users.ts'

type Drizzle = Pick<Database, 'db'>
export type RecordedAnomaly = typeof anomalousUsers.$inferSelect

/** The users above the threshold in the last run before the one that started at `startedAt`. */
export function findFlaggedUsers({ db }: Drizzle, startedAt: Date): Promise<FlaggedUser[]> {
  const { since, until } = anomalousUsers
  // a run that prepares again, after a failure or an erasure, has recorded its own users
  return db
    .select()
    .from(anomalousUsers)
    .where(and(lt(since, startedAt), or(isNull(until), gte(until, startedAt))))
}

/** Also those who no longer were, in one of the last 90 days: by `since`, the latest first. */
export function listRecordedAnomalies({ db }: Drizzle): Promise<RecordedAnomaly[]> {
  return db
    .select()
    .from(anomalousUsers)
    .orderBy(
      sql`${anomalousUsers.until} desc nulls first`,
      sql`${anomalousUsers.since} desc`,
      anomalousUsers.userId,
    )
}

/** Records the users of the run that started at `startedAt`. Users who are erased meanwhile are left out. */
export async function saveFlaggedUsers(
  { db }: Drizzle,
  { flagged, released }: FlaggedUsers,
  startedAt: Date,
): Promise<void> {
  const at = startedAt.toISOString()
  await db.transaction(async (transaction) => {
    await transaction.execute(sql`delete from anomalous_users where until < now() - interval '90 days'`)
    await transaction.execute(sql`
      update anomalous_users set until = ${at}::timestamptz, release = released.release
      from jsonb_to_recordset(${JSON.stringify(released)}::jsonb) as released ("userId" text, release text)
      where user_id = released."userId" and until is null`)
    await transaction.execute(sql`
      insert into anomalous_users (user_id, score, reasons, cause, promoted_item, quarantined, since)
      select users.id, flagged.score, array(select jsonb_array_elements_text(flagged.reasons)), flagged.cause,
        flagged."promotedItem", flagged.quarantined, ${at}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(flagged)}::jsonb) as flagged
        ("userId" text, score float8, reasons jsonb, cause text, "promotedItem" text, quarantined boolean)
      join users on users.id = flagged."userId" collate "C"
      order by users.id for key share of users
      on conflict (user_id) do update set score = excluded.score, reasons = excluded.reasons, cause = excluded.cause,
        promoted_item = excluded.promoted_item, quarantined = excluded.quarantined, until = null, release = null,
        since = case when anomalous_users.until is null then anomalous_users.since else excluded.since end`)
  })
}
