import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator'
import { openPool } from './pool.ts'
import { directSession } from './session.ts'

const migrationsFolder = join(import.meta.dirname, '../../migrations')

/**
 * Migrates the database at `url` to the current schema, under an advisory lock: of several processes that start at once
 * one migrates and the others wait.
 */
export async function migrate(url: string, session = directSession): Promise<void> {
  const sql = openPool(url, 2, session)
  try {
    // the lock of a transaction: a pooler may give the migrations another session
    await sql.begin(async (lock) => {
      await lock`select set_config('idle_in_transaction_session_timeout', '0', true)`
      await lock`select pg_advisory_xact_lock(hashtext('palate migrations'))`
      await runMigrations(drizzle(sql), { migrationsFolder })
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}
