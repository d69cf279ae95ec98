import type { Database } from '../db/database.ts'

/** What of a user was erased. */
export interface ErasedTraces {
  readonly exposures: number
  readonly feedback: number
}

/** Erases what was served to a user and what the user did. Numbers of users and clicks in reports shrink with it. */
export function createPostgresErasure({ sql }: Pick<Database, 'sql'>) {
  return async (userId: string): Promise<ErasedTraces> => {
    const [erased] = await sql<[ErasedTraces]>`
      with own_feedback as (
        delete from feedback where user_id = ${userId}
          or request_id in (select request_id from exposures where user_id = ${userId})
        returning 1
      ), own_exposures as (delete from exposures where user_id = ${userId} returning 1)
      select (select count(*) from own_exposures)::int as exposures, (select count(*) from own_feedback)::int as feedback`
    return { ...erased }
  }
}
