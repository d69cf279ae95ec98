// How many ratings have each value.

import { cancellable } from '../db/cancellable.ts'
import type { Sql, Transaction } from '../db/database.ts'
import { type Bin, binsOf } from './value-bins.ts'

export interface ValueBin extends Bin {
  readonly count: number
}

/** The ratings of a table by their values: a bin for each value, or for a range if there are more than 20 values. */
export async function countValues(
  sql: Sql | Transaction,
  table: 'ratings' | 'staged_ratings',
  signal?: AbortSignal,
): Promise<readonly ValueBin[]> {
  const values = await cancellable(
    sql<{ value: number; count: number }[]>`
      select value, count(*) as count from ${sql(table)} group by value order by value limit ${maxValues + 1}`,
    signal,
  )
  if (values.length <= maxValues) return values.map(({ value, count }) => ({ from: value, to: value, count }))
  const [range] = await sql<[{ lowest: number; highest: number }]>`
    select min(value) as lowest, max(value) as highest from ${sql(table)}`
  const bins = binsOf(range.lowest, range.highest)
  const counts = await cancellable(
    sql<{ bin: number; count: number }[]>`
      select width_bucket(value, ${bins.map(({ from }) => from)}::float8[]) as bin, count(*) as count
      from ${sql(table)} group by bin`,
    signal,
  )
  const counted = new Map(counts.map(({ bin, count }) => [bin, count]))
  return bins.map((bin, n) => ({ ...bin, count: counted.get(n + 1) ?? 0 }))
}

/** Up to so many different values, each has a bin of its own. */
const maxValues = 20
