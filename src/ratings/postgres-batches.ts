import type { Database, Sql, Transaction } from '../db/database.ts'
import {
  type Batch,
  type BatchChange,
  type BatchContent,
  type Batches,
  type BatchRecord,
  type BatchStatus,
  BatchStatusError,
  type EventCounts,
  UnknownBatchError,
} from './batches.ts'
import { deriveRatings } from './postgres-derive.ts'
import { lockOfMerges } from './postgres-merge.ts'
import { retryingConflicts } from './retrying-conflicts.ts'

/** The batches in the tables of `sql`. */
export function createPostgresBatches({ sql }: Pick<Database, 'sql'>): Batches {
  return {
    list: () => list(sql),
    records: () => records(sql),
    find: (id) => find(sql, id),
    quarantine: (id, reason) => change(sql, id, { from: ['active'], to: 'quarantined', reason }),
    release: (id) => change(sql, id, { from: ['quarantined'], to: 'active', reason: null }),
    undo: (id, reason) => change(sql, id, { from: ['active', 'quarantined'], to: 'undone', reason }),
  }
}

/** The ratings from before batches were recorded, and those written by SQL. */
const idOfSqlBatch = 1

interface Row extends Omit<BatchRecord, 'counts'> {
  ratings: number | null
  inserted: number
  updated: number
  unchanged: number
}

async function records(sql: Sql): Promise<BatchRecord[]> {
  const rows = await sql<Row[]>`
    select id, source, day::text, status, reason, received_at as "receivedAt", changed_at as "changedAt",
      ratings, inserted, updated, unchanged
    from rating_batches order by id desc`
  return rows.map(({ ratings, inserted, updated, unchanged, ...batch }) => ({
    ...batch,
    counts: ratings === null ? null : { ratings, inserted, updated, unchanged },
  }))
}

/** The stored events of each batch, by its id. */
export async function countEvents(sql: Sql | Transaction): Promise<ReadonlyMap<number, EventCounts>> {
  const rows = await sql<(EventCounts & { id: number })[]>`
    select id, coalesce(current.count, 0) as current, coalesce(history.count, 0) as "inHistory"
    from rating_batches
    left join (select batch_id as id, count(*) from ratings group by batch_id) current using (id)
    left join (select batch_id as id, count(*) from rating_history group by batch_id) history using (id)`
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

async function list(sql: Sql): Promise<Batch[]> {
  const [recorded, counted] = await Promise.all([records(sql), countEvents(sql)])
  return recorded
    .flatMap((batch) => {
      const counts = counted.get(batch.id)
      // one that arrived in between is listed the next time
      return counts ? [{ ...batch, ...counts }] : []
    })
    .filter(isShown)
}

/** The batch of ratings written by SQL exists before there are any. */
export function isShown({ id, current, inHistory }: Pick<Batch, 'id'> & EventCounts): boolean {
  return id !== idOfSqlBatch || current + inHistory > 0
}

async function find(sql: Sql, id: number): Promise<Batch & { readonly content: BatchContent }> {
  const batch = (await list(sql)).find((listed) => listed.id === id)
  if (batch === undefined) throw new UnknownBatchError(id)
  const [content] = await sql<[BatchContent]>`
    select count(distinct user_id) as users, count(distinct item_id) as items, min(value) as lowest,
      max(value) as highest, min(rated_at) as since, max(rated_at) as until
    from (
      select user_id, item_id, value, rated_at from ratings where batch_id = ${id}
      union all select user_id, item_id, value, rated_at from rating_history where batch_id = ${id}
    ) events`
  return { ...batch, content: { ...content } }
}

interface StatusChange {
  readonly from: readonly BatchStatus[]
  readonly to: BatchStatus
  readonly reason: string | null
}

function change(sql: Sql, id: number, { from, to, reason }: StatusChange): Promise<BatchChange> {
  return retryingConflicts(() =>
    sql.begin(async (transaction) => {
      // imports decide what to write before they write it
      await transaction`select pg_advisory_xact_lock(hashtext(${lockOfMerges}))`
      // posts that are adding to the batch finish first
      await transaction`select pg_advisory_xact_lock(hashtext('palate rating batch'), ${id})`
      await requireStatus(transaction, id, from)
      await transaction`
        update rating_batches set status = ${to}, reason = ${reason}, changed_at = now() where id = ${id}`
      const counts = await deriveRatings(transaction, id)
      if (to === 'undone') await transaction`delete from rating_history where batch_id = ${id}`
      return { id, status: to, ...counts }
    }),
  )
}

async function requireStatus(
  transaction: Transaction,
  id: number,
  from: readonly BatchStatus[],
): Promise<void> {
  const [batch] = await transaction<
    { status: BatchStatus }[]
  >`select status from rating_batches where id = ${id}`
  if (batch === undefined) throw new UnknownBatchError(id)
  if (id === idOfSqlBatch)
    throw new BatchStatusError(
      `Batch ${id} has the ratings that were imported without a batch or written by SQL: change them by SQL`,
    )
  if (!from.includes(batch.status))
    throw new BatchStatusError(
      `Batch ${id} is ${batch.status}; this needs a batch that is ${from.join(' or ')}`,
    )
}
