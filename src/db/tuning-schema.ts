// Searches for hyperparameters: what was searched, which trials were begun, and what each showed at each rung.
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { finite, instant } from './columns.ts'

export const tuningStudies = pgTable(
  'tuning_studies',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    model: text('model').notNull(),
    /** All that makes trials comparable. */
    settings: jsonb('settings').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** SHA-256 over the settings. */
    settingsFingerprint: text('settings_fingerprint').notNull(),
    seed: bigint('seed', { mode: 'number' }).notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [index('tuning_studies_by_settings').on(table.settingsFingerprint, table.createdAt)],
)

/** A choice of hyperparameters. Trials count from zero within a study. */
export const tuningTrials = pgTable(
  'tuning_trials',
  {
    studyId: uuid('study_id')
      .notNull()
      .references(() => tuningStudies.id, { onDelete: 'cascade' }),
    trial: integer('trial').notNull(),
    hyperparameters: jsonb('hyperparameters').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** The rung that it is to reach, or has reached, counted from zero. */
    rung: integer('rung').notNull().default(0),
    /** Why it cannot go on. */
    error: text('error'),
    startedAt: instant('started_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.studyId, table.trial] })],
)

/** What a trial showed at a rung. */
export const tuningResults = pgTable(
  'tuning_results',
  {
    studyId: uuid('study_id').notNull(),
    trial: integer('trial').notNull(),
    rung: integer('rung').notNull(),
    /** Epochs trained up to here; 0 for a model computed at once. */
    epochs: integer('epochs').notNull(),
    bestEpoch: integer('best_epoch').notNull(),
    metric: text('metric').notNull(),
    /** Of the best epoch. */
    value: doublePrecision('value').notNull(),
    /** Whether further epochs would change nothing. */
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
