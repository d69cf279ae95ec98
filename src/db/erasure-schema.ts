// Records about users that do not name them: which users were erased, and which users each model version was trained on.
// A user appears only as palate_user_hash(id), a database function with a random salt.
import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, integer, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { bytes, instant } from './columns.ts'
import { modelVersions } from './schema.ts'

/** The advisory lock that writers of data about users share and an erasure holds exclusively while it is recorded. */
export const lockOfErasures = 2_026_112_101

/** One row, inserted with the table. */
export const userHashSalt = pgTable(
  'user_hash_salt',
  {
    only: boolean('only').primaryKey().default(true),
    salt: bytes('salt').notNull(),
  },
  (table) => [check('user_hash_salt_is_one', sql`${table.only}`)],
)

/** Erased users and the time of their last erasure: data from before that arrives later must not be written. */
export const erasures = pgTable('erasures', {
  userHash: bytes('user_hash').primaryKey(),
  erasedAt: instant('erased_at').notNull().defaultNow(),
})

/** The users of a training set, in parts by the first byte of their hashes. Versions trained on the same users share it. */
export const trainingUsers = pgTable(
  'training_users',
  {
    /** SHA-256, in hex, over the hashes. */
    trainingSet: text('training_set').notNull(),
    firstByte: smallint('first_byte').notNull(),
    /** Of 16 bytes each, one after the other. */
    hashes: bytes('hashes').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.trainingSet, table.firstByte] }),
    check('training_users_hashes_are_whole', sql`octet_length(${table.hashes}) % 16 = 0`),
  ],
)

/** The training set of a version. A version without a row was registered without its users. */
export const versionTrainingSets = pgTable(
  'version_training_sets',
  {
    model: text('model').notNull(),
    version: integer('version').notNull(),
    trainingSet: text('training_set').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.model, table.version] }),
    foreignKey({
      name: 'version_training_sets_version_fk',
      columns: [table.model, table.version],
      foreignColumns: [modelVersions.model, modelVersions.version],
    }).onDelete('cascade'),
  ],
)
