import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel } from '../../src/models/models.ts'
import type { VersionName } from '../../src/registry/version-name.ts'
import type { HeldOut } from '../../src/splits/split.ts'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import { trainAndPublish } from '../../src/training/train-and-publish.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { projectionArtifact } from './projection-model.ts'
import { createTestRegistry, provenance } from './test-registry.ts'

const database = await createTestDatabase()
const { registry } = await createTestRegistry(database)
const publish = (model: string, users?: readonly string[], parentVersion: number | null = null) =>
  registry.publish({ ...projectionArtifact(), model }, { ...provenance, parentVersion }, users)
const crowd = Array.from({ length: 25_000 }, (_, n) => `user ${n}`)

describe('tracing a user', () => {
  beforeAll(async () => {
    await publish('crowd', crowd)
    await publish('crowd', crowd.slice(1))
    await publish('crowd', crowd)
    await publish('lineage', ['ada', 'bea'])
    await publish('lineage', ['bea'], 1)
    await publish('lineage', ['bea'], 2)
    await publish('lineage', ['bea'])
    await publish('untold')
    await publish('untold', ['cyd'], 1)
    await publish('empty', [])
  })

  const learnedOf = async (userId: string) =>
    (await registry.trace(userId)).learned.map(
      ({ model, version, through }) => `${model}@${version} ${through}`,
    )

  test('names exactly the versions whose training saw the user', async () => {
    expect(await learnedOf('user 0')).toEqual(['crowd@3 ratings', 'crowd@1 ratings'])
    for (const userId of ['user 1', 'user 9999', 'user 10000', 'user 24999'])
      expect(await learnedOf(userId)).toEqual(['crowd@3 ratings', 'crowd@2 ratings', 'crowd@1 ratings'])
    for (const unknownUser of ['user 25000', 'user', '', 'User 0', '💿'])
      expect(await learnedOf(unknownUser)).toEqual([])
  })

  test('follows versions that started from another, however far', async () => {
    expect(await learnedOf('ada')).toEqual(['lineage@3 parent', 'lineage@2 parent', 'lineage@1 ratings'])
    expect(await learnedOf('cyd')).toEqual(['untold@2 ratings'])
  })

  test('lists the versions whose training users are not recorded', async () => {
    const untold = [2, 1].map((version) => ({ model: 'untold', version }))
    expect((await registry.trace('unknown')).unknown).toEqual(untold)
    expect((await registry.trace('cyd')).unknown).toEqual(untold.slice(1))
  })

  test('stores equal sets of users once, and no user ids', async () => {
    const [stored] = await database.sql`
      select count(distinct training_set)::int as sets, max(octet_length(hashes))::int as largest,
        sum(octet_length(hashes))::int as bytes, bool_or(position('user'::bytea in hashes) > 0) as named
      from training_users`
    // the crowd of version 1 and 3, that of 2, three small ones
    expect(stored).toMatchObject({ sets: 5, bytes: 16 * (25_000 + 24_999 + 2 + 1 + 1), named: false })
    expect(stored!.largest).toBeLessThan(16 * 200)
  })
})

test('a version is traced to the users with training ratings, not to held-out users', async () => {
  await useBackend('cpu')
  const users = createIdMap(['held out', 'seen', 'validated'])
  const matrix = (...pairs: [row: number, column: number][]) =>
    csrFromEntries(3, 2, {
      row: Int32Array.from(pairs, ([row]) => row),
      column: Int32Array.from(pairs, ([, column]) => column),
      values: new Float32Array(pairs.length).fill(5),
    })
  const heldOut = (...pairs: [number, number][]): HeldOut => ({
    users: Int32Array.of(0, 1, 2),
    histories: matrix([1, 0]),
    targets: matrix(...pairs),
  })
  const { manifest } = await trainAndPublish({
    model: findModel('popularity'),
    split: {
      train: matrix([1, 0]),
      users,
      items: createIdMap(['x', 'y']),
      validation: heldOut([2, 1]),
    },
    evaluation: { heldOut: heldOut([0, 1]), metrics: [], positiveThreshold: 4 },
    dataFingerprint: 'f',
    trainedUpTo: null,
    seed: 1,
    backend: 'cpu',
    readCatalog: async () => new Map(),
    registry,
    runs: createPostgresTrainingRuns(database),
  })
  const isIn = async (userId: string) => {
    const { learned } = await registry.trace(userId)
    return learned.some(
      ({ model, version }: VersionName) => model === 'popularity' && version === manifest.version,
    )
  }
  expect([await isIn('seen'), await isIn('held out'), await isIn('validated')]).toEqual([true, false, false])
})
