import type { Database } from '../db/database.ts'

/** What of a user was erased. */
export interface ErasedTraces {
  readonly exposures: number
  readonly feedback: number
}

/**
 * Erases what was served to a user and what the user did. Numbers of users and clicks in reports shrink with it. That
 * the user was erased is remembered, so that lists served before, which wait in some process or on some disk, are not
 * written any more.
 */
export function createPostgresErasure({ sql }: Pick<Database, 'sql'>) {
  return (userId: string): Promise<ErasedTraces> =>
    sql.begin(async (transaction) => {
      // Writers under way end first, and later ones find the user among the erased.
      await transaction`select pg_advisory_xact_lock(${lockOfErasures})`
      await transaction`
        insert into erasures (user_hash) values (palate_user_hash(${userId}))
        on conflict (user_hash) do update set erased_at = now()`
      const [erased] = await transaction<[ErasedTraces]>`
        with own_feedback as (
          delete from feedback where user_id = ${userId}
            or request_id in (select request_id from exposures where user_id = ${userId})
          returning 1
        ), own_exposures as (delete from exposures where user_id = ${userId} returning 1)
        select (select count(*) from own_exposures)::int as exposures, (select count(*) from own_feedback)::int as feedback`
      return { ...erased }
    })
}

/** The advisory lock that writers of exposures share and an erasure has alone. */
export const lockOfErasures = 2_026_112_101
