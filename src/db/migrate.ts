import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator'
import { openPool } from './pool.ts'

const migrationsFolder = join(import.meta.dirname, '../../migrations')

const oldestVersion = 15

/**
 * Migrates the database at `url` to the current schema, under an advisory lock: of several processes that start at once
 * one migrates and the others wait. Throws if the server is older than PostgreSQL 15.
 */
export async function migrate(url: string): Promise<void> {
  // one connection, since the lock belongs to its session
  const sql = openPool(url, 1)
  try {
    const [server] = await sql<[{ server_version: string }]>`show server_version`
    requireSupported(server.server_version)
    await sql`select pg_advisory_lock(hashtext('palate migrations'))`
    await runMigrations(drizzle(sql), { migrationsFolder })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Throws if a server of this version is older than PostgreSQL 15. */
export function requireSupported(version: string): void {
  if (Number.parseInt(version, 10) >= oldestVersion) return
  throw new Error(
    `The server is PostgreSQL ${version} and Palate needs ${oldestVersion} or later: ` +
      'upgrade it, name another in DATABASE_URL, or unset that for the embedded server.',
  )
}
