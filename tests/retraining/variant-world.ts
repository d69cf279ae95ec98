// Three weeks of ratings, and jobs to train variants on them.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { createPostgresRuns } from '../../src/retraining/run/postgres-runs.ts'
import { openRunFolder } from '../../src/retraining/run/run-folder.ts'
import type { TrainVariantJob } from '../../src/retraining/run/train-variant.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { endOfWeek, insertRatings, weekOfRatings } from './weekly-world.ts'

/**
 * To be called at a test file's top level: database and home are removed when it is done.
 *
 * @param users of each week
 */
export async function createVariantWorld({ users = 40 } = {}) {
  const database = await createTestDatabase()
  const home = await mkdtemp(join(tmpdir(), 'variants-'))
  afterAll(() => rm(home, { recursive: true }))
  const registry = openRegistry(database, { home })
  const store = createFileArtifactStore(home)
  let ratings: Interactions
  beforeAll(async () => {
    await useBackend('wasm')
    await insertRatings(
      database.sql,
      [1, 2, 3].flatMap((week) => weekOfRatings(week, { users })),
    )
    ratings = await loadInteractions(database.sql)
  })
  return {
    database,
    home,
    registry,
    dependencies: { database, registry, store, backend: 'wasm' },
    ratings: () => ratings,
    /** A run whose ratings lie in its folder; gives its id. */
    async newRun(runId = crypto.randomUUID() as string): Promise<string> {
      await openRunFolder(store, runId, createPostgresRuns(database)).saveRatings(ratings)
      return runId
    },
    jobOf: (given: Pick<TrainVariantJob, 'runId' | 'hyperparameters'> & Partial<TrainVariantJob>) => ({
      variant: 'small',
      model: 'mult-vae',
      seed: 1,
      split: {
        since: endOfWeek(2).getTime() / 1000,
        test: { share: 0.3, most: 100 },
        validation: { share: 0.2, most: 100 },
        targetShare: 0.5,
        positiveThreshold: 4,
        seed: 1,
      },
      warmFrom: null,
      trainedUpTo: endOfWeek(3).toISOString(),
      dataFingerprint: fingerprint(ratings),
      ...given,
    }),
    weightsOf: async (model: string, version: number) =>
      (await registry.load({ model, version })).artifact.weights,
  }
}
