import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytes, instant } from './columns.ts'

/** API keys and what they permit. Only the SHA-256 of a key is stored. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The owner; during a rotation two keys have the same name. */
    name: text('name').notNull(),
    scopes: text('scopes').array().notNull(),
    sha256: bytes('sha256').notNull().unique(),
    /** The rate limit; null for the default of the service. */
    requestsPerMinute: integer('requests_per_minute'),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    check(
      'api_keys_scopes_are_known',
      sql`${table.scopes} <@ array['read', 'write', 'admin'] and cardinality(${table.scopes}) > 0`,
    ),
    check('api_keys_sha256_has_its_length', sql`octet_length(${table.sha256}) = 32`),
    check('api_keys_requests_are_positive', sql`${table.requestsPerMinute} > 0`),
  ],
)

/**
 * The requests of each key in the current minute, if RATE_LIMIT_STORE is postgres. Its columns are those of the library
 * rate-limiter-flexible. Unlogged: after a crash of the server, the counts start again.
 */
export const requestCounts = pgTable('request_counts', {
  key: text('key').primaryKey(),
  points: integer('points').notNull().default(0),
  /** Milliseconds since 1970. */
  expire: bigint('expire', { mode: 'number' }),
})

/** Browsers that signed in to the console. Only the SHA-256 of a session's id is stored. */
export const consoleSessions = pgTable(
  'console_sessions',
  {
    sha256: bytes('sha256').primaryKey(),
    keyId: bigint('key_id', { mode: 'number' })
      .notNull()
      .references(() => apiKeys.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull().defaultNow(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('console_sessions_by_key').on(table.keyId)],
)
