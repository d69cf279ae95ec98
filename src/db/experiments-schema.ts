// What experiments are, what was served in them, and what came of it. None of it points to `users`: somebody who has
// rated nothing yet is served as well.
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
} from 'drizzle-orm/pg-core'
import { externalId, finite, instant } from './columns.ts'

export const experiments = pgTable(
  'experiments',
  {
    name: text('name').primaryKey(),
    /** As it was checked when it was created; the weights are those of now. */
    definition: jsonb('definition').notNull(),
    status: text('status').notNull().default('draft'),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    stoppedAt: instant('stopped_at'),
  },
  (table) => [
    check('experiments_status_is_known', sql`${table.status} in ('draft', 'running', 'stopped')`),
    check(
      'experiments_times_fit_status',
      sql`(${table.status} = 'draft') = (${table.startedAt} is null) and (${table.status} = 'stopped') = (${table.stoppedAt} is not null)`,
    ),
  ],
)

/** The traffic split from a moment on, until the next one of the experiment. */
export const experimentWeights = pgTable(
  'experiment_weights',
  {
    experiment: text('experiment')
      .notNull()
      .references(() => experiments.name, { onDelete: 'cascade' }),
    since: instant('since').notNull(),
    weights: jsonb('weights').$type<Readonly<Record<string, number>>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.experiment, table.since] })],
)

/** A list that was really served. The same request written twice is one row. */
export const exposures = pgTable(
  'exposures',
  {
    userId: externalId('user_id').notNull(),
    requestId: externalId('request_id').notNull(),
    experiment: text('experiment')
      .notNull()
      .references(() => experiments.name, { onDelete: 'cascade' }),
    variant: text('variant').notNull(),
    /** A tester's. */
    forced: boolean('forced').notNull(),
    model: text('model').notNull(),
    version: integer('version').notNull(),
    /** Ratings known when it was served. */
    historySize: integer('history_size').notNull(),
    /** Best first. */
    items: text('items').array().notNull(),
    /** Of an interleaved list, which variant gave each item: 0 the control, 1 the treatment. */
    teams: smallint('teams').array(),
    /** Of an exploring list, the probability with which each item came into its place. */
    propensities: doublePrecision('propensities').array(),
    servedAt: instant('served_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.requestId] }),
    index('exposures_by_experiment').on(table.experiment, table.userId, table.servedAt),
    index('exposures_by_request').on(table.requestId),
    check(
      'exposures_propensities_fit_items',
      sql`cardinality(${table.propensities}) = cardinality(${table.items})`,
    ),
    check('exposures_teams_fit_items', sql`cardinality(${table.teams}) = cardinality(${table.items})`),
  ],
)

/** What somebody did, as it was told. Which list it belongs to is worked out when it is asked for. */
export const feedback = pgTable(
  'feedback',
  {
    /** The sender's own id of the event, or one made of what identifies it: told twice, it is one row. */
    id: externalId('id').primaryKey(),
    type: text('type').notNull(),
    requestId: externalId('request_id'),
    userId: externalId('user_id'),
    itemId: externalId('item_id'),
    value: doublePrecision('value').notNull(),
    at: instant('at').notNull(),
    /** How often it was told. */
    deliveries: bigint('deliveries', { mode: 'number' }).notNull().default(1),
  },
  (table) => [
    index('feedback_by_request').on(table.requestId),
    index('feedback_by_user').on(table.userId, table.at),
    check(
      'feedback_belongs_to_something',
      sql`${table.requestId} is not null or ${table.userId} is not null`,
    ),
    check('feedback_value_is_finite', finite(table.value)),
  ],
)
