import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { createFileArtifactStore } from './file-artifact-store.ts'
import { createPostgresRegistry } from './postgres-registry.ts'
import type { Registry } from './registry.ts'

/** The registry of a database, its artifacts in the folder `artifacts` of Palate's home. */
export function openRegistry(database: Pick<Database, 'db'>, { home }: Pick<Config, 'home'>): Registry {
  return createPostgresRegistry(database, createFileArtifactStore(join(home, 'artifacts')))
}
