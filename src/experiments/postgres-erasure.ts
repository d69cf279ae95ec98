import type { Database } from '../db/database.ts'
import { lockOfErasures } from '../db/erasure-schema.ts'

/** Number of erased rows, and of experiments that the user tested. */
export interface ErasedTraces {
  readonly exposures: number
  readonly feedback: number
  readonly experimentsTested: number
}

/**
 * Erases the exposures, feedback and tester's role of a user, which also reduces the counts in reports. The erasure is recorded by the
 * hash of the user id, so that exposures that still wait in a process or on disk are not written later.
 */
export function createPostgresErasure({ sql }: Pick<Database, 'sql'>) {
  return (userId: string): Promise<ErasedTraces> =>
    sql.begin(async (transaction) => {
      // Active writers finish first; later ones see the erasure.
      await transaction`select pg_advisory_xact_lock(${lockOfErasures})`
      await transaction`
        insert into erasures (user_hash) values (palate_user_hash(${userId}))
        on conflict (user_hash) do update set erased_at = now()`
      const [erased] = await transaction<[ErasedTraces]>`
        with own_feedback as (
          delete from feedback where user_id = ${userId}
            or request_id in (select request_id from exposures where user_id = ${userId})
          returning 1
        ), own_exposures as (delete from exposures where user_id = ${userId} returning 1),
        tested as (
          update experiments set definition = definition #- array['testers', ${userId}]
          where jsonb_exists(definition -> 'testers', ${userId}) returning 1
        )
        select (select count(*) from own_exposures)::int as exposures, (select count(*) from own_feedback)::int as feedback,
          (select count(*) from tested)::int as "experimentsTested"`
      return { ...erased }
    })
}
