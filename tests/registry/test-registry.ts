import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Database } from '../../src/db/database.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { createPostgresRegistry } from '../../src/registry/postgres-registry.ts'
import type { Provenance, Registry } from '../../src/registry/registry.ts'

/** A registry over `database` whose artifacts lie in a folder of its own, removed when the test file is done. */
export async function createTestRegistry(
  database: Pick<Database, 'db'>,
): Promise<{ registry: Registry; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'))
  afterAll(() => rm(folder, { recursive: true }))
  return { registry: createPostgresRegistry(database, createFileArtifactStore(folder)), folder }
}

export const provenance: Provenance = {
  seed: 1,
  dataFingerprint: 'by hand',
  data: { users: 2, items: 4, ratings: 10 },
  metrics: { 'ndcg@100': { mean: 0.5, standardError: 0.1 } },
  backend: 'cpu',
  parentVersion: null,
}
