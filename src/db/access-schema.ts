import { sql } from 'drizzle-orm'
import { bigint, check, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytes, instant } from './columns.ts'

/** Who may ask the service for what. A key itself is nowhere: only its SHA-256. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** Whose key it is; one who rotates has two of a name for a while. */
    name: text('name').notNull(),
    scopes: text('scopes').array().notNull(),
    sha256: bytes('sha256').notNull().unique(),
    /** How many it may make at each replica; as the service has it where null. */
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
