import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { ease } from '../../src/models/ridge.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import { search } from '../../src/tuning/search.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { world } from '../splits/world.ts'

test('deletes the checkpoints of searches that were not resumed for a month', async () => {
  await useBackend('cpu')
  const database = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'search-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const store = createFileArtifactStore(folder)
  const stored = async () => (await store.list()).map(({ key }) => key).sort()
  const keys = ['retraining/run/ratings', 'tuning/left/0.checkpoint', 'tuning/recent/0.checkpoint']
  for (const key of keys) await store.put(key, [Uint8Array.of(1)])
  const days = (count: number) => new Date(Date.now() - count * 86_400_000)
  for (const [n, age] of [31, 31, 29].entries())
    await utimes(store.locationOf(keys[n]!), days(age), days(age))
  const { outcome, baseline, trials } = await search(
    ease,
    { ratings: world },
    { protocol: 'random-holdout', split: 'random', seed: 1, trials: 1, strategy: 'random', set: {} },
    {
      studies: createPostgresStudies(database),
      store,
      files: {},
      onStart: () => {},
      onExpected: () => {},
      onResult: () => {},
    },
    new AbortController().signal,
  )
  expect(outcome).toBe('finished')
  const { validation } = trials[0]!.results[0]!
  expect(baseline).toMatchObject({ model: 'popularity', validation: { metric: validation.metric } })
  expect(baseline.validation.value).toBeLessThan(validation.value)
  expect(await stored()).toEqual(['retraining/run/ratings', 'tuning/recent/0.checkpoint'])
})
