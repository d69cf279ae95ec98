// A database with weeks of ratings, and what it takes to retrain on them.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import type { RetrainingDependencies } from '../../src/retraining/run/run-context.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { parse, smallConfig } from './small-config.ts'
import { weekSource } from './weekly-world.ts'

/** To be called at a test file's top level: database and home are removed when it is done. */
export async function createRetrainingWorld() {
  const database = await createTestDatabase()
  const home = await mkdtemp(join(tmpdir(), 'retraining-'))
  afterAll(() => rm(home, { recursive: true, force: true }))
  const registry = openRegistry(database, { home })
  const dependencies: RetrainingDependencies = {
    database,
    registry,
    store: createFileArtifactStore(home),
    backend: 'wasm',
  }
  return {
    database,
    home,
    registry,
    dependencies,
    options: { config: parse(smallConfig), by: 'a test' },
    addWeek: (week: number, how: { shuffled?: boolean } = {}) =>
      importRatings(database.sql, weekSource(week, how)),
  }
}
