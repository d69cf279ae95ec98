import type { Sql } from '../db/database.ts'
import type { ValueBin } from './postgres-value-counts.ts'
import { binsOf } from './value-bins.ts'

/** The current ratings of an item. */
export interface ItemRatings {
  readonly count: number
  /** Null if there are none. */
  readonly mean: number | null
  readonly values: readonly ValueBin[]
  /** By the periods in which there are any; ratings without a time are in none. */
  readonly periods: readonly RatedPeriod[]
  readonly unit: PeriodUnit
}

export type PeriodUnit = 'day' | 'month' | 'year'

export interface RatedPeriod {
  /** UTC. */
  readonly start: Date
  readonly count: number
  readonly mean: number
}

/** Scans all ratings, since they have no index by item; once, or twice if the item has more than 20 different values. */
export async function readItemRatings(sql: Sql, itemId: string): Promise<ItemRatings> {
  const [read] = await sql<[ReadRatings]>`
    with rated as materialized (
      select value, rated_at at time zone 'UTC' as at from ratings where item_id = ${itemId}
    ), span as (
      select case when max(at) - min(at) < interval '60 days' then 'day'
        when max(at) - min(at) < interval '6 years' then 'month' else 'year' end as unit,
        count(*) as count, avg(value) as mean, min(value) as lowest, max(value) as highest
      from rated
    )
    select span.*, (
      select json_agg(json_build_object('from', value, 'to', value, 'count', count)) from (
        select value, count(*) as count from rated group by value order by value limit ${maxValues + 1}
      ) counted
    ) as values, (
      select json_agg(json_build_object('start', start, 'count', count, 'mean', mean)) from (
        select to_char(date_trunc(unit, at), 'YYYY-MM-DD"T00:00:00Z"') as start, count(*) as count, avg(value) as mean
        from rated, span where at is not null group by 1 order by 1
      ) counted
    ) as periods
    from span`
  const { unit, count, mean } = read
  const periods = (read.periods ?? []).map(({ start, ...period }) => ({ ...period, start: new Date(start) }))
  const values = read.values ?? []
  const isBinned = values.length > maxValues
  return { unit, count, mean, periods, values: isBinned ? await countBins(sql, itemId, read) : values }
}

interface ReadRatings extends Pick<ItemRatings, 'count' | 'mean' | 'unit'> {
  readonly lowest: number
  readonly highest: number
  readonly values: readonly ValueBin[] | null
  readonly periods: readonly (Omit<RatedPeriod, 'start'> & { readonly start: string })[] | null
}

/** Up to so many different values, each has a bin of its own. */
const maxValues = 20

async function countBins(
  sql: Sql,
  itemId: string,
  { lowest, highest }: Pick<ReadRatings, 'lowest' | 'highest'>,
): Promise<readonly ValueBin[]> {
  const bins = binsOf(lowest, highest)
  const counts = await sql<{ bin: number; count: number }[]>`
    select least(width_bucket(value, ${bins.map(({ from }) => from)}::float8[]), ${bins.length}) as bin, count(*) as count
    from ratings where item_id = ${itemId} group by bin`
  const counted = new Map(counts.map(({ bin, count }) => [bin, count]))
  return bins.map((bin, n) => ({ ...bin, count: counted.get(n + 1) ?? 0 }))
}
