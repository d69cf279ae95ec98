import { beforeAll, expect, test } from 'vitest'
import { trainModels } from '../../scripts/train/train-models.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { parseConfig } from '../../src/config/config.ts'
import { runRetraining } from '../../src/retraining/run/run-retraining.ts'
import { createRetrainingWorld } from '../retraining/retraining-world.ts'

const { database, home, registry, dependencies, options, addWeek } = await createRetrainingWorld()

beforeAll(async () => {
  await useBackend('cpu')
  for (const week of [1, 2, 3]) await addWeek(week)
})

test('a retraining evaluates a champion of npm run train on later ratings', async () => {
  await trainModels({
    models: ['mult-vae'],
    database,
    config: parseConfig({ PALATE_HOME: home }),
    backend: 'cpu',
    seed: 1,
    hyperparameters: options.config.variants[0]!.hyperparameters,
    promote: false,
    by: 'a test',
    signal: new AbortController().signal,
  })
  const [row] = await database.sql<[{ latest: Date }]>`select max(rated_at) as latest from ratings`
  expect(await registry.manifest({ model: 'mult-vae', version: 1 })).toMatchObject({
    trainedUpTo: row.latest,
  })
  await addWeek(4)
  const { period, candidates } = await runRetraining(options, dependencies)
  expect(period).toMatchObject({ since: row.latest.toISOString() })
  expect(candidates).toMatchObject([{ version: 2, champion: { version: 1 }, training: { warmFrom: 1 } }])
})
