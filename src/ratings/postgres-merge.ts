// Merges the temporary table `staged_ratings` of postgres-import.ts into the permanent tables.
import { strengthOf, strengthSql } from '../config/event-kinds.ts'
import type { Transaction } from '../db/database.ts'
import { cancellable } from './cancellable.ts'

export interface MergedRatings {
  readonly users: number
  readonly items: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/**
 * Adds users, items and ratings, and replaces ratings by later ones that differ. Rows are written in blocks in the
 * order of the primary key, which allows progress reports and bounds the queue of foreign-key checks of a statement.
 */
export async function mergeRatings(
  transaction: Transaction,
  signal: AbortSignal | undefined,
  onWritten: (ratings: number, total: number) => void,
): Promise<MergedRatings> {
  await cancellable(keepLatest(transaction), signal)
  const [users] = await cancellable(addIds(transaction, 'users', 'user_id'), signal)
  const [items] = await cancellable(addIds(transaction, 'items', 'item_id'), signal)
  const [{ pairs, changes, blocks }] = await transaction<
    [{ pairs: number; changes: number; blocks: number }]
  >`
    select count(*) as pairs, count(*) filter (where is_change) as changes,
      pg_relation_size('latest_ratings') / current_setting('block_size')::bigint as blocks
    from latest_ratings`
  if (changes > 0) onWritten(0, changes)
  let inserted = 0
  let updated = 0
  for (let block = 0; changes > 0 && block < blocks; block += blocksPerStatement) {
    const [written] = await cancellable(writeBlocks(transaction, block, block + blocksPerStatement), signal)
    inserted += written.inserted
    updated += written.updated
    onWritten(inserted + updated, changes)
  }
  return {
    users: users.count,
    items: items.count,
    inserted,
    updated,
    unchanged: pairs - inserted - updated,
  }
}

// 8 KB each; 1,000 blocks take about a second
const blocksPerStatement = 1000

/** One staged rating per pair, in the order of the primary key, and whether it changes the stored rating. */
function keepLatest(transaction: Transaction) {
  return transaction`
    create temporary table latest_ratings on commit drop as
    select staged.*, stored.user_id is null or ${supersedes(transaction, 'staged')} as is_change
    from (
      select distinct on (user_id, item_id) user_id, item_id, value, to_timestamp(seconds) as rated_at
      from staged_ratings
      order by user_id, item_id, seconds desc nulls last, line desc
    ) staged
    left join ratings stored using (user_id, item_id)
    order by user_id, item_id`
}

/** Whether a rating of `incoming` differs from the one of `stored`, and is stronger or not older. */
function supersedes(transaction: Transaction, incoming: 'staged' | 'excluded') {
  const row = transaction(incoming)
  return transaction`(
    (${row}.value, ${row}.rated_at, 'rating') is distinct from (stored.value, stored.rated_at, stored.kind)
    and (
      ${transaction.unsafe(`${strengthSql('stored.kind')} < ${strengthOf('rating')}`)}
      or coalesce(${row}.rated_at, '-infinity') >= coalesce(stored.rated_at, '-infinity')
    )
  )`
}

/** Adds unknown users or items, and counts all that have a rating. */
function addIds(transaction: Transaction, table: 'users' | 'items', column: 'user_id' | 'item_id') {
  return transaction<[{ count: number }]>`
    with rated as materialized (select distinct ${transaction(column)} as id from latest_ratings),
    added as (
      insert into ${transaction(table)} (id) select id from rated order by id on conflict (id) do nothing
    )
    select count(*) from rated`
}

/** Writes the changes among the rows in blocks `first` up to but not including `end`. */
function writeBlocks(transaction: Transaction, first: number, end: number) {
  return transaction<[{ inserted: number; updated: number }]>`
    with written as (
      insert into ratings as stored (user_id, item_id, value, rated_at)
      select user_id, item_id, value, rated_at
      from latest_ratings
      where is_change and ctid >= ${`(${first},0)`}::tid and ctid < ${`(${end},0)`}::tid
      on conflict (user_id, item_id)
        do update set value = excluded.value, rated_at = excluded.rated_at, kind = 'rating'
        where ${supersedes(transaction, 'excluded')}
      returning xmax = 0 as is_new
    )
    select count(*) filter (where is_new) as inserted, count(*) filter (where not is_new) as updated from written`
}
