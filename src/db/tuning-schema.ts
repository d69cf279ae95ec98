// Hyperparameter searches: studies, trials, and the result of each trial at each rung.
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { finite, instant } from './columns.ts'

export const tuningStudies = pgTable('tuning_studies', {
  id: uuid('id').primaryKey().defaultRandom(),
  model: text('model').notNull(),
  /** The settings that trials must share to be comparable. */
  settings: jsonb('settings').$type<Readonly<Record<string, unknown>>>().notNull(),
  seed: bigint('seed', { mode: 'number' }).notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  /** The hyperparameters that an automatic search has chosen; null before its end, and for a search by hand. */
  chosen: jsonb('chosen').$type<Readonly<Record<string, unknown>>>(),
  chosenAt: instant('chosen_at'),
})

/** A set of hyperparameters. Trials count from zero within a study. */
export const tuningTrials = pgTable(
  'tuning_trials',
  {
    studyId: uuid('study_id')
      .notNull()
      .references(() => tuningStudies.id, { onDelete: 'cascade' }),
    trial: integer('trial').notNull(),
    hyperparameters: jsonb('hyperparameters').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** The current or last rung, counted from zero. */
    rung: integer('rung').notNull().default(0),
    /** Why it failed. */
    error: text('error'),
    startedAt: instant('started_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.studyId, table.trial] })],
)

/** The result of a trial at a rung. */
export const tuningResults = pgTable(
  'tuning_results',
  {
    studyId: uuid('study_id').notNull(),
    trial: integer('trial').notNull(),
    rung: integer('rung').notNull(),
    /** Epochs trained so far; 0 for a model without epochs. */
    epochs: integer('epochs').notNull(),
    bestEpoch: integer('best_epoch').notNull(),
    metric: text('metric').notNull(),
    /** Of the best epoch. */
    value: doublePrecision('value').notNull(),
    /** Whether training has ended, so that further epochs change nothing. */
    ended: boolean('ended').notNull(),
    seconds: doublePrecision('seconds').notNull(),
    at: instant('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.studyId, table.trial, table.rung] }),
    foreignKey({
      name: 'tuning_results_trial_fk',
      columns: [table.studyId, table.trial],
      foreignColumns: [tuningTrials.studyId, tuningTrials.trial],
    }).onDelete('cascade'),
    check('tuning_results_value_is_finite', finite(table.value)),
    check('tuning_results_best_epoch_was_trained', sql`${table.bestEpoch} <= ${table.epochs}`),
  ],
)
