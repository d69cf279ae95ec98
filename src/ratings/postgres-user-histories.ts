import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import type { UserHistories, UserHistory } from './user-histories.ts'

/** If there are more users than the limit, reads those whose ids have the lowest hashes. */
export function createPostgresUserHistories({ db }: Pick<Database, 'db'>): UserHistories {
  return async function* read(limit) {
    const users = await db.execute<{ id: string }>(
      sql`select id from users order by hashtextextended(id, 0), id limit ${limit}`,
    )
    for (let start = 0; start < users.length; start += userPageSize) {
      const ids = users.slice(start, start + userPageSize).map(({ id }) => id)
      // in a fixed order, so that what is drawn from the users with a seed is the same in every query plan
      const rows = await db.execute<{ user_id: string; item_ids: string[]; ratings: number[] }>(sql`
        select user_id, array_agg(item_id) as item_ids, array_agg(value) as ratings
        from ratings where user_id = any(${sql.param(ids)}::text[]) group by user_id order by user_id`)
      yield rows.map(toHistory)
    }
  }
}

const userPageSize = 500

function toHistory(row: { user_id: string; item_ids: string[]; ratings: number[] }): UserHistory {
  const history = row.item_ids.map((itemId, n) => ({ itemId, value: row.ratings[n]! }))
  return { userId: row.user_id, history }
}
