// Merges the temporary table `staged_ratings` of postgres-import.ts into the permanent tables.
import { strengthSql } from '../config/event-kinds.ts'
import { cancellable } from '../db/cancellable.ts'
import type { Fragment, Transaction } from '../db/database.ts'
import { lockReferenced, withoutRowChecks } from './foreign-keys.ts'
import { isVoidSql } from './postgres-retractions.ts'

/** A batch of ratings to merge. */
export interface NewBatch {
  /** The name of the imported file. */
  readonly source: string
  /** Ratings read, repeated pairs included. */
  readonly ratings: number
  /** For how many days a batch can be taken out again with all ratings that it repeats. */
  readonly historyDays: number
}

export interface MergedRatings {
  /** The id of the batch. */
  readonly batch: number
  readonly users: number
  readonly items: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/** Shared by imports; the holder of the exclusive lock changes what is current without an import that decides meanwhile. */
export const lockOfMerges = 'palate rating merges'

/**
 * Adds users, items and ratings, and replaces ratings by later ones that differ; events that do not become current are
 * added to the history. Rows are written in blocks in the order of the primary key, which allows progress reports and
 * bounds the queue of foreign-key checks of a statement.
 */
export async function mergeRatings(
  transaction: Transaction,
  { source, ratings, historyDays }: NewBatch,
  signal: AbortSignal | undefined,
  onWritten: (ratings: number, total: number) => void,
): Promise<MergedRatings> {
  await cancellable(transaction`select pg_advisory_xact_lock_shared(hashtext(${lockOfMerges}))`, signal)
  await cancellable(keepLatest(transaction, historyDays), signal)
  const [users] = await cancellable(addIds(transaction, 'users', 'user_id'), signal)
  const [items] = await cancellable(addIds(transaction, 'items', 'item_id'), signal)
  const [{ id: batch, arrival }] = await transaction<[Arrival]>`
    insert into rating_batches (source) values (${source}) returning id, nextval('rating_arrivals') as arrival`
  const [{ pairs, changes, others, blocks }] = await transaction<
    [{ pairs: number; changes: number; others: number; blocks: number }]
  >`
    select count(*) as pairs, count(*) filter (where is_change) as changes,
      count(*) filter (where not is_change and not is_repetition) as others,
      pg_relation_size('latest_ratings') / current_setting('block_size')::bigint as blocks
    from latest_ratings`
  // a file that only repeats what is stored says nothing new
  const isNew = changes + others > 0
  if (changes > 0) onWritten(0, changes)
  let inserted = 0
  let updated = 0
  for (let block = 0; isNew && block < blocks; block += blocksPerStatement) {
    const place = blockRange(transaction, block)
    const written = await withoutRowChecks(transaction, async () => {
      const [written] = await cancellable(writeBlocks(transaction, place, { id: batch, arrival }), signal)
      if (written.inserted + written.updated < written.changes)
        await cancellable(keepOvertaken(transaction, place, { id: batch, arrival }), signal)
      return written
    })
    await lockReferenced(transaction, writtenRows(transaction, place), signal)
    inserted += written.inserted
    updated += written.updated
    if (changes > 0) onWritten(inserted + updated, changes)
  }
  const unchanged = pairs - inserted - updated
  await transaction`
    update rating_batches
    set received_at = clock_timestamp(), ratings = ${ratings}, inserted = ${inserted}, updated = ${updated},
      unchanged = ${unchanged}
    where id = ${batch}`
  return { batch, users: users.count, items: items.count, inserted, updated, unchanged }
}

/** The batch of the import and its place in the order of arrivals. */
interface Arrival {
  readonly id: number
  readonly arrival: number
}

// 8 KB each; 1,000 blocks take about a second
const blocksPerStatement = 1000

/**
 * Writes the temporary table `latest_ratings`: one staged rating per pair, in the order of the primary key, whether it
 * changes the stored rating, and whether it repeats it. A repetition is an event of its own while the batch that it repeats
 * may still be quarantined. A rating from before a retraction is neither a change nor worth keeping, and
 * stands for its pair only if there is no later one, which may be of a weaker kind.
 */
export function keepLatest(transaction: Transaction, historyDays: number) {
  const isVoid = transaction.unsafe(`coalesce(${isVoidSql('to_timestamp(seconds)')}, false)`)
  return transaction`
    create temporary table latest_ratings on commit drop as
    select user_id, item_id, staged.value, staged.rated_at, staged.kind,
      not is_void and (stored.user_id is null or ${supersedes(transaction, 'staged')}) as is_change,
      is_void or ${repeats(transaction, 'staged')} as is_repetition,
      is_void or ${repeats(transaction, 'staged')} and stored.batch_id not in (
        select id from rating_batches
        where id > 1 and received_at > now() - make_interval(days => ${historyDays})
      ) as is_redundant
    from (
      select distinct on (user_id, item_id) user_id, item_id, value, to_timestamp(seconds) as rated_at,
        coalesce(kind, 'rating') as kind, ${isVoid} as is_void
      from staged_ratings left join retractions using (user_id, item_id)
      order by user_id, item_id, is_void, ${transaction.unsafe(strengthSql("coalesce(kind, 'rating')"))} desc,
        seconds desc nulls last, line desc
    ) staged
    left join ratings stored using (user_id, item_id)
    order by user_id, item_id`
}

function repeats(transaction: Transaction, incoming: 'staged' | 'excluded') {
  const row = transaction(incoming)
  return transaction`(
    (${row}.value, ${row}.rated_at, ${row}.kind) is not distinct from (stored.value, stored.rated_at, stored.kind)
  )`
}

/** Whether a rating of `incoming` differs from the one of `stored`, and is stronger or not older. */
function supersedes(transaction: Transaction, incoming: 'staged' | 'excluded') {
  const row = transaction(incoming)
  const strength = (of: string) => transaction.unsafe(strengthSql(`${of}.kind`))
  return transaction`(
    not ${repeats(transaction, incoming)}
    and (
      ${strength(incoming)} > ${strength('stored')}
      or (
        ${strength(incoming)} = ${strength('stored')}
        and coalesce(${row}.rated_at, '-infinity') >= coalesce(stored.rated_at, '-infinity')
      )
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

/** The rows in the blocks from `first` on that one statement writes. */
function blockRange(transaction: Transaction, first: number): Fragment {
  return transaction`
    ctid >= ${`(${first},0)`}::tid and ctid < ${`(${first + blocksPerStatement},0)`}::tid`
}

function writtenRows(transaction: Transaction, place: Fragment): Fragment {
  return transaction`latest_ratings where (is_change or not is_redundant) and ${place}`
}

/** Writes the changes among some rows, and adds the others to the history. */
function writeBlocks(transaction: Transaction, place: Fragment, { id, arrival }: Arrival) {
  return transaction<[{ inserted: number; updated: number; changes: number }]>`
    with written as (
      insert into ratings as stored (user_id, item_id, value, rated_at, kind, batch_id, arrival)
      select user_id, item_id, value, rated_at, kind, ${id}::integer, ${arrival}::bigint
      from latest_ratings
      where is_change and ${place}
      on conflict (user_id, item_id)
        do update set value = excluded.value, rated_at = excluded.rated_at, kind = excluded.kind, timed_by_server = false,
          batch_id = excluded.batch_id, arrival = excluded.arrival
        where ${supersedes(transaction, 'excluded')}
      returning xmax = 0 as is_new
    ), kept as (
      insert into rating_history (user_id, item_id, value, rated_at, kind, timed_by_server, batch_id, arrival)
      select user_id, item_id, value, rated_at, kind, false, ${id}::integer, ${arrival}::bigint
      from latest_ratings
      where not is_change and not is_redundant and ${place}
    )
    select count(*) filter (where is_new) as inserted, count(*) filter (where not is_new) as updated,
      (select count(*) from latest_ratings where is_change and ${place}) as changes
    from written`
}

/** Adds the changes to the history that were overtaken by a later rating of another writer meanwhile. */
function keepOvertaken(transaction: Transaction, place: Fragment, { id, arrival }: Arrival) {
  return transaction`
    insert into rating_history (user_id, item_id, value, rated_at, kind, timed_by_server, batch_id, arrival)
    select user_id, item_id, value, rated_at, kind, false, ${id}::integer, ${arrival}::bigint
    from latest_ratings
    where is_change and ${place} and not exists (
      select from ratings
      where (ratings.user_id, ratings.item_id, ratings.arrival)
        = (latest_ratings.user_id, latest_ratings.item_id, ${arrival}::bigint)
    )`
}
