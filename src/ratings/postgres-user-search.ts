import type { Sql } from '../db/database.ts'

export interface FoundUser {
  readonly userId: string
  /** The number of current ratings, at most `maxCounted`. */
  readonly ratings: number
}

/** Ratings of a user in a list are counted up to this number, so that a list reads few rows. */
export const maxCounted = 1000

/** At most `count` users whose ids start with `prefix`, in the order of ids, those after the user `after`. */
export async function findUsers(
  sql: Sql,
  prefix: string,
  after: string | undefined,
  count: number,
): Promise<readonly FoundUser[]> {
  const users = await sql<FoundUser[]>`
    select id as "userId", (
      select count(*) from (select from ratings where user_id = id limit ${maxCounted}) counted
    ) as ratings
    from users where id >= ${prefix} and id > ${after ?? ''} order by id limit ${count}`
  const firstOther = users.findIndex(({ userId }) => !userId.startsWith(prefix))
  return firstOther === -1 ? users : users.slice(0, firstOther)
}
