import { defaultRatingHistoryDays } from '../config/config.ts'
import type { Sql, Transaction } from '../db/database.ts'
import { lockOfErasures } from '../db/erasure-schema.ts'
import { copyIn, copyLine } from './postgres-copy.ts'
import { mergeItems, stageItems } from './postgres-items.ts'
import { mergeRatings } from './postgres-merge.ts'
import { deleteVoidSql } from './postgres-retractions.ts'
import type { RatingEvent } from './rating.ts'
import type { RatingsSource } from './ratings-source.ts'

/** The result of an import. */
export interface ImportReport {
  /** The id of the batch that the ratings form. */
  readonly batch: number
  /** Ratings read, repeated pairs included. */
  readonly ratings: number
  /** Distinct users and items among these. */
  readonly users: number
  readonly items: number
  /** Pairs with a new, a changed and an unchanged rating. */
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  /** Skipped lines. */
  readonly malformed: number
  readonly seconds: number
}

export interface ImportOptions {
  /** The retention of the history in days; 90 by default. */
  readonly historyDays?: number
  /** Cancels the import; the database stays unchanged. */
  readonly signal?: AbortSignal
  /** Called while ratings are read, when they are sorted, and while changes are written. */
  readonly onProgress?: (step: ImportStep) => void
}

export type ImportStep =
  | { readonly name: 'read'; readonly ratings: number }
  | { readonly name: 'sort' }
  | { readonly name: 'write'; readonly ratings: number; readonly total: number }

/**
 * Imports ratings, their users and items, and the titles and attributes of items: all or, on any error,
 * nothing.
 *
 * Of two ratings of one pair the later one is kept, within the file and between the file and the database: the one
 * with the later time, and at equal times the one that was read later. A rating without a time counts as earlier than
 * any with one. Of events of different kinds the strongest is kept, whatever their times. Unchanged ratings are not written. The import is a batch, which can be quarantined or undone: ratings that
 * it replaced and those that were not kept are in the history.
 *
 * @throws RatingsInputError as the source does, and the signal's reason once it is aborted.
 */
export async function importRatings(
  sql: Sql,
  source: RatingsSource,
  { historyDays = defaultRatingHistoryDays, signal, onProgress = () => {} }: ImportOptions = {},
): Promise<ImportReport> {
  const started = performance.now()
  const counts = await sql.begin(async (transaction) => {
    const ratings = await stageRatings(transaction, source, (ratings) =>
      onProgress({ name: 'read', ratings }),
    )
    await stageItems(transaction, source, signal)
    onProgress({ name: 'sort' })
    await mergeItems(transaction, signal)
    const batch = { source: source.name, ratings, historyDays }
    const merged = await mergeRatings(transaction, batch, signal, (ratings, total) =>
      onProgress({ name: 'write', ratings, total }),
    )
    await dropErased(transaction)
    await dropRetracted(transaction, merged.batch)
    signal?.throwIfAborted()
    return { ratings, ...merged }
  })
  return { ...counts, malformed: source.malformed.count, seconds: (performance.now() - started) / 1000 }
}

/**
 * Ratings of the batch that were retracted since the import began are deleted again; not those of others, which may have
 * been posted since. A retraction from now on waits for the import.
 */
async function dropRetracted(transaction: Transaction, batch: number): Promise<void> {
  await transaction`
    with voided as (select * from retractions where arrived_at >= now()), ${transaction.unsafe(deleteVoidSql(batch))}`
}

/** Users who were erased since the import began are not written again. An erasure from now on waits for the import. */
async function dropErased(transaction: Transaction): Promise<void> {
  await transaction`select pg_advisory_xact_lock_shared(${lockOfErasures})`
  const [recent] = await transaction`select from erasures where erased_at >= now() limit 1`
  if (recent === undefined) return
  await transaction`
    with imported as (select distinct user_id as id from latest_ratings)
    delete from users using imported
    where users.id = imported.id
      and palate_user_hash(imported.id) in (select user_hash from erasures where erased_at >= now())`
}

/** Copies the ratings of the source into the temporary table `staged_ratings`; returns their number. */
export async function stageRatings(
  transaction: Transaction,
  source: RatingsSource,
  onRead: (ratings: number) => void,
): Promise<number> {
  // the ratings are sorted once, and not in many runs
  await transaction`set local work_mem = '64MB'`
  await transaction`
    create temporary table staged_ratings (
      line bigint generated always as identity (cache 1000),
      user_id text collate "C" not null,
      item_id text collate "C" not null,
      value double precision not null,
      seconds double precision,
      -- null for ratings
      kind text
    ) on commit drop`
  let count = 0
  const lines = async function* () {
    for await (const page of source.ratings()) {
      yield page.map(ratingLine).join('')
      count += page.length
      onRead(count)
    }
  }
  await copyIn(
    transaction,
    transaction`copy staged_ratings (user_id, item_id, value, seconds, kind) from stdin`,
    lines(),
  )
  return count
}

function ratingLine({ userId, itemId, value, time, kind }: RatingEvent): string {
  return copyLine([userId, itemId, value, time ?? null, kind ?? null])
}
