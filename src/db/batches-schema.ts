// Where ratings came from, and the events that are not the current ratings.
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  doublePrecision,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { externalId, finite, instant } from './columns.ts'
import { users } from './schema.ts'

/**
 * An import, or the ratings posted on one day. Batch 1 has the ratings from before batches were recorded and those
 * written by SQL. Counts are null for batches that grow.
 */
export const ratingBatches = pgTable(
  'rating_batches',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    /** The name of the imported file, `http` or `sql`. */
    source: text('source').notNull(),
    /** The day (UTC) of posted ratings; null for an import. */
    day: date('day'),
    status: text('status', { enum: ['active', 'quarantined', 'undone'] })
      .notNull()
      .default('active'),
    /** Why it was quarantined or undone. */
    reason: text('reason'),
    receivedAt: instant('received_at').notNull().default(sql`clock_timestamp()`),
    /** When its status was changed last. */
    changedAt: instant('changed_at'),
    ratings: bigint('ratings', { mode: 'number' }),
    inserted: bigint('inserted', { mode: 'number' }),
    updated: bigint('updated', { mode: 'number' }),
    unchanged: bigint('unchanged', { mode: 'number' }),
  },
  (table) => [
    // a day that was quarantined is closed, also after its release: later ratings of that day form another batch
    uniqueIndex('rating_batches_one_open_day')
      .on(table.source, table.day)
      .where(sql`${table.changedAt} is null`),
    check('rating_batches_status_is_known', sql`${table.status} in ('active', 'quarantined', 'undone')`),
  ],
)

/**
 * Events of a user and item other than the current one in `ratings`: superseded by it, weaker than it, a repetition of
 * it, or in a batch that is not active. Together with `ratings` these are all events within the retention.
 */
export const ratingHistory = pgTable(
  'rating_history',
  {
    userId: externalId('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    itemId: externalId('item_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    value: doublePrecision('value').notNull(),
    ratedAt: instant('rated_at'),
    kind: text('kind').notNull(),
    timedByServer: boolean('timed_by_server').notNull(),
    batchId: integer('batch_id').notNull(),
    arrival: bigint('arrival', { mode: 'number' }).notNull(),
    /** Since when it has not been the current rating; the retention counts from here. */
    since: instant('since').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.itemId, table.seq] }),
    check('rating_history_value_is_finite', finite(table.value)),
  ],
)

/**
 * The last time that a user retracted the rating of an item. What was stored of the pair until then is deleted, and what
 * arrives afterwards with an earlier time, or from a file without times, is not stored.
 */
export const retractions = pgTable(
  'retractions',
  {
    userId: externalId('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    itemId: externalId('item_id').notNull(),
    /** Not before the time of what was deleted, which may be ahead of the clock. */
    retractedAt: instant('retracted_at').notNull(),
    /** By the clock of the database. */
    arrivedAt: instant('arrived_at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ columns: [table.userId, table.itemId] })],
)
