import { boolean, doublePrecision, pgTable, text } from 'drizzle-orm/pg-core'
import { externalId, instant } from './columns.ts'
import { users } from './schema.ts'

/** Users above the threshold of `checks.anomalies` in the last retraining, and those who no longer were. */
export const anomalousUsers = pgTable('anomalous_users', {
  userId: externalId('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** In the last run that they were above the threshold, as are the next columns. */
  score: doublePrecision('score').notNull(),
  reasons: text('reasons').array().notNull(),
  cause: text('cause').notNull(),
  /** The promoted item to which the user gave an extreme value. */
  promotedItem: text('promoted_item'),
  /** Whether the run left their ratings out. */
  quarantined: boolean('quarantined').notNull(),
  /** The first run in succession that they were above the threshold. */
  since: instant('since').notNull(),
  /** The first run that they no longer were; null if the last one is not. */
  until: instant('until'),
  /** Why they no longer were. */
  release: text('release'),
})
