import type { Transaction } from '../db/database.ts'
import type { BatchChange } from './batches.ts'
import { currentRatingsSql, eventColumns } from './current-rating.ts'

type DerivedCounts = Pick<BatchChange, 'inserted' | 'replaced' | 'removed'>

/**
 * Derives the current ratings of all users and items in a batch again, from their events in active batches, after the
 * status of the batch has changed in this transaction.
 */
export async function deriveRatings(transaction: Transaction, batchId: number): Promise<DerivedCounts> {
  await transaction`
    create temporary table changed_pairs on commit drop as
    select user_id, item_id from ratings where batch_id = ${batchId}
    union select user_id, item_id from rating_history where batch_id = ${batchId}`
  await transaction`analyze changed_pairs`
  await lockPairs(transaction)
  await transaction.unsafe(`
    create temporary table derived_ratings on commit drop as
    with events as (
      select ${prefixed('ratings')}, null::bigint as seq
      from changed_pairs join ratings using (user_id, item_id) join rating_batches on batch_id = id and status = 'active'
      union all
      select ${prefixed('rating_history')}, seq
      from changed_pairs join rating_history using (user_id, item_id)
      join rating_batches on batch_id = id and status = 'active'
    ) ${currentRatingsSql('events')}`)
  await transaction`analyze derived_ratings`
  const removed = await removeRatings(transaction)
  const written = await writeRatings(transaction)
  return { ...written, removed }
}

/**
 * Posts wait until this transaction ends: for the rating if there is one, else for the user, whom a new rating
 * references. Ratings come first, as in a post; those that were added before the users were locked come last.
 */
async function lockPairs(transaction: Transaction): Promise<void> {
  const lockRatings = () => transaction`
    select from changed_pairs join ratings using (user_id, item_id) order by user_id, item_id for update of ratings`
  await lockRatings()
  await transaction`select from users where id in (select user_id from changed_pairs) order by id for update`
  await lockRatings()
}

/** Moves the ratings of pairs without an active event to the history. */
async function removeRatings(transaction: Transaction): Promise<number> {
  const { count } = await transaction.unsafe(`
    with removed as (
      delete from ratings using changed_pairs
      where (ratings.user_id, ratings.item_id) = (changed_pairs.user_id, changed_pairs.item_id)
        and not exists (
          select from derived_ratings
          where (derived_ratings.user_id, derived_ratings.item_id) = (ratings.user_id, ratings.item_id)
        )
      returning ratings.*
    )
    insert into rating_history (${eventColumns}) select ${eventColumns} from removed`)
  return count
}

/** Takes events from the history that are current now. A trigger moves the ratings they replace to the history. */
async function writeRatings(transaction: Transaction): Promise<Omit<DerivedCounts, 'removed'>> {
  await transaction`
    delete from rating_history using derived_ratings
    where (rating_history.user_id, rating_history.item_id, rating_history.seq)
      = (derived_ratings.user_id, derived_ratings.item_id, derived_ratings.seq)`
  const columns = eventColumns.split(', ').slice(2)
  const [counts] = await transaction.unsafe<[Omit<DerivedCounts, 'removed'>]>(`
    with written as (
      insert into ratings (${eventColumns})
      select ${eventColumns} from derived_ratings where seq is not null order by user_id, item_id
      on conflict (user_id, item_id) do update set (${columns.join(', ')}) = (${columns.map((name) => `excluded.${name}`).join(', ')})
      returning xmax = 0 as is_new
    )
    select count(*) filter (where is_new) as inserted, count(*) filter (where not is_new) as replaced from written`)
  return { ...counts }
}

function prefixed(table: string): string {
  return eventColumns
    .split(', ')
    .map((column) => `${table}.${column}`)
    .join(', ')
}
