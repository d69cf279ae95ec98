// The tables. `npx drizzle-kit generate --name <what-changes>` writes a migration after a change here.
//
// All data of one user has the user's id in a column user_id and in every key, so that they can be distributed by user, see
// distribution-plan.ts.
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
  pgSequence,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { eventKinds, kindPattern } from '../config/event-kinds.ts'
import { externalId, finite, instant } from './columns.ts'

export const users = pgTable('users', {
  id: externalId('id').primaryKey(),
  createdAt: instant('created_at').notNull().defaultNow(),
})

export const items = pgTable(
  'items',
  {
    id: externalId('id').primaryKey(),
    title: text('title'),
    attributes: jsonb('attributes').$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    /** Whether the item is never recommended. */
    hidden: boolean('hidden').notNull().default(false),
    /** When the item may be recommended: from the first until before the second; null for no limit. */
    availableFrom: instant('available_from'),
    availableUntil: instant('available_until'),
  },
  (table) => [
    check(
      'items_availability_is_finite',
      sql`isfinite(${table.availableFrom}) and isfinite(${table.availableUntil})`,
    ),
    index('items_restricted')
      .on(table.id)
      .where(
        sql`${table.hidden} or ${table.availableFrom} is not null or ${table.availableUntil} is not null`,
      ),
    // the function is in migrations: words in lower case without accents, whatever the locale of the database
    index('items_by_title_words')
      .using('gin', sql`palate_title_words(${table.title})`)
      .where(sql`${table.title} is not null`),
  ],
)

/**
 * Items that were deleted, which versions trained before may still know. Triggers of `items` keep it: a deleted item is
 * added, and one that exists again is removed.
 */
export const deletedItems = pgTable('deleted_items', {
  id: externalId('id').primaryKey(),
  deletedAt: instant('deleted_at').notNull().defaultNow(),
})

/** Numbers posts and imports in the order of their arrival. */
export const ratingArrivals = pgSequence('rating_arrivals')

/**
 * One rating per user and item: the current one of all events in active batches. `rated_at` is null if the source states
 * no time. The other events are in `rating_history`. Triggers of both tables are enabled always, because imports skip others.
 */
export const ratings = pgTable(
  'ratings',
  {
    userId: externalId('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    itemId: externalId('item_id')
      .notNull()
      .references(() => items.id),
    value: doublePrecision('value').notNull(),
    ratedAt: instant('rated_at'),
    kind: text('kind').notNull().default('rating'),
    /** Whether `rated_at` is the time of arrival, because the client stated none. */
    timedByServer: boolean('timed_by_server').notNull().default(false),
    /** The batch of the event; 1 for a rating written by SQL. No foreign key, which would slow down imports. */
    batchId: integer('batch_id').notNull().default(1),
    /** Orders events by arrival; 0 for ratings from before arrivals were recorded. */
    arrival: bigint('arrival', { mode: 'number' }).notNull().default(sql`nextval('rating_arrivals')`),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.itemId] }),
    check('ratings_value_is_finite', finite(table.value)),
    check('ratings_rated_at_is_finite', sql`isfinite(${table.ratedAt})`),
    // with what trends read, because the ratings of a week are in all pages of an imported table
    index('ratings_by_time').on(table.ratedAt, table.itemId, table.value),
    // the usual kinds need no regular expression, which takes a fifth of the time of writing a rating
    check(
      'ratings_kind_is_a_name',
      sql`${table.kind} in (${sql.raw(`'${eventKinds.join("', '")}'`)}) or ${table.kind} ~ ${sql.raw(`'${kindPattern}'`)}`,
    ),
  ],
)

/** A trained model: its training, its metrics, and the key of its artifact. */
export const modelVersions = pgTable(
  'model_versions',
  {
    model: text('model').notNull(),
    version: integer('version').notNull(),
    hyperparameters: jsonb('hyperparameters').$type<Readonly<Record<string, unknown>>>().notNull(),
    seed: bigint('seed', { mode: 'number' }).notNull(),
    dataFingerprint: text('data_fingerprint').notNull(),
    data: jsonb('data').$type<{ users: number; items: number; ratings: number }>().notNull(),
    metrics: jsonb('metrics').$type<Readonly<Record<string, unknown>>>().notNull(),
    backend: text('backend').notNull(),
    parentVersion: integer('parent_version'),
    artifactKey: text('artifact_key').notNull(),
    artifactSha256: text('artifact_sha256').notNull(),
    artifactBytes: bigint('artifact_bytes', { mode: 'number' }).notNull(),
    /** The model was trained on no later rating; null if unknown. */
    trainedUpTo: instant('trained_up_to'),
    /** The variant of a retraining run; null for a version trained by itself. */
    retrainingRun: uuid('retraining_run'),
    variant: text('variant'),
    /** The candidate that the metrics belong to, if the weights are of a refit on all ratings. */
    refitOf: jsonb('refit_of').$type<{ version: number | null; ratings: number; epochs: number }>(),
    /** Metrics of baselines on its held-out ratings, by model; null if none were evaluated. */
    baselines: jsonb('baselines').$type<Readonly<Record<string, Readonly<Record<string, unknown>>>>>(),
    /** The measured recall of its approximate search; null if its search is exact. */
    retrieval: jsonb('retrieval').$type<{ recall: number; users: number; dimensions: number }>(),
    /** When the retention rule deleted its artifact. */
    prunedAt: instant('pruned_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.model, table.version] }),
    foreignKey({
      name: 'model_versions_parent_fk',
      columns: [table.model, table.parentVersion],
      foreignColumns: [table.model, table.version],
    }),
    // a variant that is trained twice, as after a crash, is published once
    uniqueIndex('model_versions_by_variant').on(table.retrainingRun, table.variant),
    check('model_versions_version_counts_from_one', sql`${table.version} >= 1`),
    check('model_versions_sha256_is_hex', sql`${table.artifactSha256} ~ '^[0-9a-f]{64}$'`),
  ],
)

/** The version that serves its model name; at most one is the default for requests that name no model. */
export const champions = pgTable(
  'champions',
  {
    model: text('model').primaryKey(),
    version: integer('version').notNull(),
    isDefault: boolean('is_default').notNull().default(false),
    promotedAt: instant('promoted_at').notNull().defaultNow(),
    promotedBy: text('promoted_by').notNull(),
    reason: text('reason').notNull(),
    /** Of the default: the baseline that was better than every champion when they were evaluated last; null if none was. */
    warning: text('warning'),
  },
  (table) => [
    foreignKey({
      name: 'champions_version_fk',
      columns: [table.model, table.version],
      foreignColumns: [modelVersions.model, modelVersions.version],
    }),
    uniqueIndex('champions_one_default').on(table.isDefault).where(sql`${table.isDefault}`),
  ],
)

/**
 * Every change of champion and of the default, oldest first by id. `from_version` is null for a model's first champion;
 * `from_model` is the previous default, null for the first and for changes of champion.
 */
export const championChanges = pgTable('champion_changes', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  model: text('model').notNull(),
  /** A rollback reverts the last promotion that has not been reverted. */
  kind: text('kind', { enum: ['promotion', 'rollback', 'default'] })
    .notNull()
    .default('promotion'),
  fromModel: text('from_model'),
  fromVersion: integer('from_version'),
  toVersion: integer('to_version').notNull(),
  at: instant('at').notNull().defaultNow(),
  by: text('by').notNull(),
  reason: text('reason').notNull(),
})

/** One training of one model; `version` is set once its weights are registered. */
export const trainingRuns = pgTable(
  'training_runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    model: text('model').notNull(),
    hyperparameters: jsonb('hyperparameters').$type<Readonly<Record<string, unknown>>>().notNull(),
    seed: bigint('seed', { mode: 'number' }).notNull(),
    dataFingerprint: text('data_fingerprint').notNull(),
    backend: text('backend').notNull(),
    status: text('status', { enum: ['running', 'finished', 'interrupted', 'failed'] })
      .notNull()
      .default('running'),
    error: text('error'),
    startedAt: instant('started_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
    version: integer('version'),
    /** The variant of a retraining run; null for a training by itself. */
    retrainingRun: uuid('retraining_run'),
    variant: text('variant'),
  },
  (table) => [
    uniqueIndex('training_runs_by_variant').on(table.retrainingRun, table.variant),
    foreignKey({
      name: 'training_runs_version_fk',
      columns: [table.model, table.version],
      foreignColumns: [modelVersions.model, modelVersions.version],
    }),
    check(
      'training_runs_status_is_known',
      sql`${table.status} in ('running', 'finished', 'interrupted', 'failed')`,
    ),
    check(
      'training_runs_end_when_not_running',
      sql`(${table.status} = 'running') = (${table.finishedAt} is null)`,
    ),
  ],
)

/** The result of an epoch of a training run. Epochs count from one. */
export const trainingEpochs = pgTable(
  'training_epochs',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => trainingRuns.id, { onDelete: 'cascade' }),
    epoch: integer('epoch').notNull(),
    loss: doublePrecision('loss').notNull(),
    validationMetric: text('validation_metric'),
    validationValue: doublePrecision('validation_value'),
    /** How a VAE uses its latent space: the mean KL divergence per user, in nats, and the units that are active. */
    kl: doublePrecision('kl'),
    activeUnits: integer('active_units'),
    /** Of an adversarial training: see `DiscriminatorBalance`. */
    discriminatorAccuracy: doublePrecision('discriminator_accuracy'),
    gradientNorm: doublePrecision('gradient_norm'),
    usedComponents: integer('used_components'),
    seconds: doublePrecision('seconds').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.epoch] }),
    check('training_epochs_loss_is_finite', finite(table.loss)),
    check(
      'training_epochs_validation_is_named',
      sql`(${table.validationMetric} is null) = (${table.validationValue} is null)`,
    ),
  ],
)
