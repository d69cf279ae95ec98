// Column types shared by many tables.
import { sql } from 'drizzle-orm'
import { type AnyPgColumn, customType, timestamp } from 'drizzle-orm/pg-core'

/** Text in code point order: the order of ids must not depend on the server's locale. */
export const externalId = customType<{ data: string }>({ dataType: () => 'text collate "C"' })

export const instant = (name: string) => timestamp(name, { withTimezone: true })

export const finite = (column: AnyPgColumn) => sql`${column} > '-Infinity' and ${column} < 'Infinity'`

export const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
