// How many ratings users and items have.
import type { Sql, Transaction } from '../db/database.ts'
import type { ValueBin } from './postgres-value-counts.ts'

/** Users, or items, by the number of their current ratings. */
export interface Activity {
  readonly users: readonly ValueBin[]
  readonly items: readonly ValueBin[]
}

/** Those without ratings are left out, and so are ranges above the largest number. */
export async function countActivity(sql: Sql | Transaction): Promise<Activity> {
  return { users: await countBy(sql, 'user_id'), items: await countBy(sql, 'item_id') }
}

async function countBy(sql: Sql | Transaction, column: 'user_id' | 'item_id'): Promise<ValueBin[]> {
  const rows = await sql<{ bin: number; count: number }[]>`
    select width_bucket(ratings, ${starts}::bigint[]) as bin, count(*) as count
    from (select count(*) as ratings from ratings group by ${sql(column)}) counted group by bin`
  const counts = new Map(rows.map(({ bin, count }) => [bin, count]))
  return starts.slice(0, Math.max(0, ...counts.keys())).map((from, n) => ({
    ...{ from, to: (starts[n + 1] ?? Number.POSITIVE_INFINITY) - 1 },
    count: counts.get(n + 1) ?? 0,
  }))
}

const starts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000]
