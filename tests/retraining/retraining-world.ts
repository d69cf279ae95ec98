// A database with weeks of ratings, and a configuration that trains on them in seconds.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openRegistry } from '../../src/registry/open-registry.ts'
import { parseRetrainingConfig, type RetrainingConfigInput } from '../../src/retraining/config.ts'
import type { RetrainingDependencies } from '../../src/retraining/run-retraining.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { insertRatings, weekOfRatings } from './weekly-world.ts'

export const smallConfig = {
  variants: [
    {
      model: 'mult-vae',
      hyperparameters: {
        epochs: 20,
        hidden: [16],
        latent: 4,
        batchSize: 16,
        learningRate: 0.02,
        patience: 5,
      },
    },
  ],
  baselines: ['popularity'],
  split: { fewestUsers: 5, validationShare: 0.2 },
  metric: 'ndcg@10',
  margin: 0.3,
  resamples: 200,
} satisfies RetrainingConfigInput

export const parse = (given: RetrainingConfigInput) => parseRetrainingConfig(given, 'the configuration')

/** To be called at a test file's top level: database and home are removed when it is done. */
export async function createRetrainingWorld() {
  const database = await createTestDatabase()
  const home = await mkdtemp(join(tmpdir(), 'retraining-'))
  afterAll(() => rm(home, { recursive: true, force: true }))
  const registry = openRegistry(database, { home })
  const dependencies: RetrainingDependencies = { database, registry, home, backend: 'cpu' }
  return {
    database,
    home,
    registry,
    dependencies,
    options: { config: parse(smallConfig), by: 'a test' },
    addWeek: (week: number, how: { shuffled?: boolean } = {}) =>
      insertRatings(database.sql, weekOfRatings(week, how)),
  }
}
