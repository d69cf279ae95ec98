import type { Sql } from '../../src/db/database.ts'
import { type Ledger, pairOf } from './ledger.ts'
import { importedItems, importedUsers } from './world.ts'

/** Whether everything that was acknowledged is in the database, once, and every import is there as a whole or not at all. */
export async function checkStored(sql: Sql, ledger: Ledger, startedAt: number): Promise<string[]> {
  return [
    ...(await checkRatings(sql, ledger)),
    ...(await checkFeedback(sql, ledger)),
    ...(await checkImports(sql, ledger, startedAt)),
  ]
}

async function checkRatings(sql: Sql, { ratings }: Ledger): Promise<string[]> {
  const rows = await sql<{ userId: string; itemId: string; value: number }[]>`
    select user_id as "userId", item_id as "itemId", value from ratings`
  const stored = new Map(rows.map(({ userId, itemId, value }) => [pairOf(userId, itemId), value]))
  const lost = [...ratings].filter(([pair, value]) => stored.get(pair) !== value)
  const twice = await sql<{ pair: string }[]>`
    select user_id || ' ' || item_id as pair from (
      select user_id, item_id, value, rated_at from ratings
      union all select user_id, item_id, value, rated_at from rating_history
    ) events where user_id not like 'imported%'
    group by user_id, item_id, value, rated_at having count(*) > 1`
  return [
    ...lost.map(
      ([pair, value]) => `rating ${pair}: ${value} was acknowledged, ${stored.get(pair)} is stored`,
    ),
    ...twice.map(({ pair }) => `rating ${pair} is stored twice`),
  ]
}

async function checkFeedback(sql: Sql, { feedback }: Ledger): Promise<string[]> {
  // an event with an id of the client is stored under "event", a separator, and this id
  const rows = await sql<{ id: string; count: number }[]>`
    select split_part(id, chr(31), 2) as id, count(*) from feedback group by 1`
  const stored = new Map(rows.map(({ id, count }) => [id, count]))
  return [...feedback]
    .filter((id) => stored.get(id) !== 1)
    .map((id) => `feedback ${id} is stored ${stored.get(id) ?? 0} times`)
}

async function checkImports(sql: Sql, { imports }: Ledger, startedAt: number): Promise<string[]> {
  const rows = await sql<{ number: number; ratings: number }[]>`
    select (extract(epoch from rated_at) - ${startedAt})::integer as number, count(*) as ratings
    from ratings where user_id like 'imported%' group by rated_at`
  const last = Math.max(
    0,
    ...[...imports].filter(([, acknowledged]) => acknowledged).map(([number]) => number),
  )
  const [stored] = rows
  if (stored === undefined) return last === 0 ? [] : [`import ${last} was acknowledged and is not stored`]
  const { number, ratings } = stored
  const isWhole = rows.length === 1 && ratings === importedUsers * importedItems
  return [
    ...(isWhole ? [] : [`parts of imports are stored: ${JSON.stringify(rows)}`]),
    ...(number < last ? [`import ${last} was acknowledged, and import ${number} is stored`] : []),
  ]
}
