// The records of retraining: runs, data snapshots, candidates and reports.
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'
import { modelVersions } from './schema.ts'

/** One retraining of all variants. `outcome` is set once it is finished, `error` when it failed. */
export const retrainingRuns = pgTable(
  'retraining_runs',
  {
    id: uuid('id').primaryKey(),
    status: text('status', { enum: ['running', 'interrupted', 'finished', 'failed', 'abandoned'] })
      .notNull()
      .default('running'),
    outcome: text('outcome', { enum: ['promoted', 'kept', 'stopped'] }),
    reason: text('reason'),
    error: text('error'),
    /** The validated configuration at the start of the run, with all defaults. */
    config: jsonb('config').notNull(),
    /** Whether all variants are trained from scratch. */
    cold: boolean('cold').notNull(),
    /** The `Plan`, once the ratings have passed the data checks. */
    plan: jsonb('plan'),
    backend: text('backend').notNull(),
    /** The person or process that started it. */
    by: text('by').notNull(),
    startedAt: instant('started_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    uniqueIndex('retraining_runs_one_running').on(table.status).where(sql`${table.status} = 'running'`),
    check(
      'retraining_runs_status_is_known',
      sql`${table.status} in ('running', 'interrupted', 'finished', 'failed', 'abandoned')`,
    ),
    check('retraining_runs_outcome_is_known', sql`${table.outcome} in ('promoted', 'kept', 'stopped')`),
    check(
      'retraining_runs_finish_with_an_outcome',
      sql`(${table.status} = 'finished') = (${table.outcome} is not null)`,
    ),
  ],
)

/** The ratings that a run reads: all up to an instant. */
export const snapshots = pgTable('snapshots', {
  runId: uuid('run_id')
    .primaryKey()
    .references(() => retrainingRuns.id, { onDelete: 'cascade' }),
  /** Later ratings are left out. */
  instant: instant('instant').notNull(),
  fingerprint: text('fingerprint').notNull(),
  users: integer('users').notNull(),
  items: integer('items').notNull(),
  ratings: bigint('ratings', { mode: 'number' }).notNull(),
  /** The complete `Snapshot`. */
  description: jsonb('description').notNull(),
})

/** A variant of a run: from its training to the decision about it. */
export const retrainingCandidates = pgTable(
  'retraining_candidates',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => retrainingRuns.id, { onDelete: 'cascade' }),
    variant: text('variant').notNull(),
    model: text('model').notNull(),
    /** Null until it is published. */
    version: integer('version'),
    /** The complete `TrainVariantJob`. */
    job: jsonb('job').notNull(),
    /** The result of training: a `TrainedVariant`. */
    training: jsonb('training'),
    /** The result of the refit on all ratings: a `TrainingOutcome`; null if it was not refit. */
    refit: jsonb('refit'),
    /** The `GateResult`. */
    gate: jsonb('gate'),
    promotedAt: instant('promoted_at'),
    error: text('error'),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.variant] }),
    foreignKey({
      name: 'retraining_candidates_version_fk',
      columns: [table.model, table.version],
      foreignColumns: [modelVersions.model, modelVersions.version],
    }),
  ],
)

/** The report of a finished run: the `RetrainingResult` and, once it is rendered, the page. */
export const reports = pgTable('reports', {
  runId: uuid('run_id')
    .primaryKey()
    .references(() => retrainingRuns.id, { onDelete: 'cascade' }),
  result: jsonb('result').notNull(),
  html: text('html'),
  createdAt: instant('created_at').notNull().defaultNow(),
})
