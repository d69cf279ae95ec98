// Experiments, the lists served in them, and their outcomes. No table references `users`, since users without ratings are
// served as well.
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
    /** The validated definition; its weights are the current ones. */
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

/** A served list. A request that is logged twice is one row. */
export const exposures = pgTable(
  'exposures',
  {
    userId: externalId('user_id').notNull(),
    requestId: externalId('request_id').notNull(),
    experiment: text('experiment')
      .notNull()
      .references(() => experiments.name, { onDelete: 'cascade' }),
    variant: text('variant').notNull(),
    /** The request came from a tester. */
    forced: boolean('forced').notNull(),
    model: text('model').notNull(),
    version: integer('version').notNull(),
    /** The number of ratings of the user when it was served. */
    historySize: integer('history_size').notNull(),
    /** Best first. */
    items: text('items').array().notNull(),
    /** For an interleaved list, the variant of each item: 0 control, 1 treatment. */
    teams: smallint('teams').array(),
    /** For an exploration list, the probability of each item at its position. */
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

/**
 * An event as reported by the client. Queries attribute it to a list. In a distributed database the primary key also has
 * the user, see `distribute.ts`.
 */
export const feedback = pgTable(
  'feedback',
  {
    /** The client's id of the event, or an id derived from its content: a duplicate is not a second row. */
    id: externalId('id').primaryKey(),
    type: text('type').notNull(),
    requestId: externalId('request_id'),
    /** Empty if the client stated none; earlier versions wrote null. */
    userId: externalId('user_id'),
    itemId: externalId('item_id'),
    value: doublePrecision('value').notNull(),
    at: instant('at').notNull(),
    /** How often it was reported. */
    deliveries: bigint('deliveries', { mode: 'number' }).notNull().default(1),
  },
  (table) => [
    index('feedback_by_request').on(table.requestId),
    index('feedback_by_user').on(table.userId, table.at),
    check(
      'feedback_belongs_to_something',
      sql`${table.requestId} is not null or coalesce(${table.userId}, '') <> ''`,
    ),
    check('feedback_value_is_finite', finite(table.value)),
  ],
)
