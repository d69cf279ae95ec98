import { type Config, loadConfig } from '../../src/config/config.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import type { Registry } from '../../src/registry/registry.ts'

/** What `act` returns for the configured database, which is closed afterwards. */
export async function withDatabase<T>(act: (database: Database, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig()
  const database = await openDatabase(config, logLine)
  try {
    return await act(database, config)
  } finally {
    await database.close()
  }
}

/** The configured database, for commands that may not need one. */
export type OptionalDatabase = { readonly database: Database; readonly config: Config } | undefined

/** Writes a line to stderr; stdout is for results. */
export function logLine(line: string): void {
  console.error(line)
}

/** What `act` returns for the registry of the configured database. */
export function withRegistry<T>(act: (registry: Registry) => Promise<T>): Promise<T> {
  return withDatabase((database, config) => act(openRegistry(database, config)))
}
