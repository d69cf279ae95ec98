// What an import would do, from the same staging and the same decision on each rating as the import itself.

import { cancellable } from '../db/cancellable.ts'
import type { Sql, Transaction } from '../db/database.ts'
import { type ImportOptions, stageRatings } from './postgres-import.ts'
import { keepLatest } from './postgres-merge.ts'
import { countValues, type ValueBin } from './postgres-value-counts.ts'
import type { RatingsSource } from './ratings-source.ts'

/** The result of an import that has not been made. */
export interface ImportPreview {
  /** Ratings read, repeated pairs included. */
  readonly ratings: number
  /** Distinct users and items among these, and how many of them are not stored. */
  readonly users: number
  readonly newUsers: number
  readonly items: number
  readonly newItems: number
  /** Pairs whose rating would be new, changed and unchanged. */
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  /** Ratings of pairs that have another rating in the source which is kept instead. */
  readonly repeated: number
  /** Users of whom the source has a rating of one item only. */
  readonly usersWithOneRating: number
  readonly withoutTime: number
  /** Ratings with a time in the future, by a day at most, since later times are refused. */
  readonly inFuture: number
  /** All ratings by their values. */
  readonly histogram: readonly ValueBin[]
  /** Skipped lines. */
  readonly malformed: number
  /** Lines of the items file. */
  readonly itemsRead: number
}

/**
 * Reads a source, and compares it with the database, which is not changed.
 *
 * @throws RatingsInputError as the source does, and the signal's reason once it is aborted.
 */
export async function previewImport(
  sql: Sql,
  source: RatingsSource,
  { historyDays = 0, signal, onProgress = () => {} }: ImportOptions = {},
): Promise<ImportPreview> {
  return sql.begin(async (transaction) => {
    const ratings = await stageRatings(transaction, source, (read) =>
      onProgress({ name: 'read', ratings: read }),
    )
    let itemsRead = 0
    for await (const page of source.items()) itemsRead += page.length
    onProgress({ name: 'sort' })
    await cancellable(keepLatest(transaction, historyDays), signal)
    const [pairs] = await cancellable(countPairs(transaction), signal)
    const users = await cancellable(countIds(transaction, 'users', 'user_id'), signal)
    const items = await cancellable(countIds(transaction, 'items', 'item_id'), signal)
    const { count, ...others } = pairs
    return {
      ratings,
      users: users[0].count,
      newUsers: users[0].added,
      items: items[0].count,
      newItems: items[0].added,
      ...others,
      repeated: ratings - count,
      usersWithOneRating: users[0].single,
      ...(await cancellable(countTimes(transaction), signal))[0],
      histogram: await countValues(transaction, 'staged_ratings', signal),
      malformed: source.malformed.count,
      itemsRead,
    }
  })
}

type PairCounts = Pick<ImportPreview, 'inserted' | 'updated' | 'unchanged'> & { readonly count: number }

function countPairs(transaction: Transaction) {
  return transaction<[PairCounts]>`
    select count(*) as count,
      count(*) filter (where is_change and stored.user_id is null) as inserted,
      count(*) filter (where is_change and stored.user_id is not null) as updated,
      count(*) filter (where not is_change) as unchanged
    from latest_ratings left join ratings stored using (user_id, item_id)`
}

/** Distinct ids, those that are not stored, and those of a single rating. */
function countIds(transaction: Transaction, table: 'users' | 'items', column: 'user_id' | 'item_id') {
  return transaction<[{ count: number; added: number; single: number }]>`
    select count(*) as count, count(*) filter (where stored.id is null) as added,
      count(*) filter (where ratings = 1) as single
    from (
      select ${transaction(column)} as id, count(*) as ratings from latest_ratings group by 1
    ) rated
    left join ${transaction(table)} stored using (id)`
}

function countTimes(transaction: Transaction) {
  return transaction<[Pick<ImportPreview, 'withoutTime' | 'inFuture'>]>`
    select count(*) filter (where seconds is null) as "withoutTime",
      count(*) filter (where seconds > extract(epoch from clock_timestamp())) as "inFuture"
    from staged_ratings`
}
