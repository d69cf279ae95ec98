import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { filterEntries } from '../../src/interactions/csr/select.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel } from '../../src/models/models.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import type { VersionName } from '../../src/registry/version-name.ts'
import { readCheckpoint, writeCheckpoint } from '../../src/training/checkpoint.ts'
import type { FitState } from '../../src/training/fitted-model.ts'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import type { TrainAndPublishOptions } from '../../src/training/published-training.ts'
import { trainAndPublish } from '../../src/training/train-and-publish.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { createTestRegistry } from '../registry/test-registry.ts'

const database = await createTestDatabase()
const { registry } = await createTestRegistry(database)
const runs = createPostgresTrainingRuns(database)

const userIds = ['ada', 'bea', 'cyd', 'dan']
const everyPair = Array.from({ length: 12 }, (_, n) => n)
const options: TrainAndPublishOptions = {
  model: findModel('i-autorec'),
  hyperparameters: { epochs: 50, hidden: 2 },
  split: {
    train: csrFromEntries(4, 3, {
      row: Int32Array.from(everyPair, (n) => n % 4),
      column: Int32Array.from(everyPair, (n) => n % 3),
      values: Float32Array.from(everyPair, (n) => 1 + (n % 5)),
    }),
    users: createIdMap(userIds),
    items: createIdMap(['x', 'y', 'z']),
  },
  dataFingerprint: 'f',
  trainedUpTo: null,
  seed: 1,
  backend: 'cpu',
  readCatalog: async () => new Map(),
  registry,
  runs,
}

const nameOf = ({ model, version }: VersionName) => ({ model, version })

const lastRun = async () => {
  const [run] = await database.sql`select status, error from training_runs order by started_at desc limit 1`
  return run
}

describe('training and publishing', () => {
  beforeAll(async () => void (await useBackend('cpu')))

  test('an interrupted training without a checkpoint publishes its best epoch so far', async () => {
    const abort = new AbortController()
    const { manifest, epochs, interrupted } = await trainAndPublish({
      ...options,
      signal: abort.signal,
      onEpoch: ({ epoch }) => void (epoch === 2 && abort.abort()),
    })
    expect({ epochs, interrupted }).toEqual({ epochs: 2, interrupted: true })
    expect(await registry.manifest(manifest)).toMatchObject({ model: 'i-autorec', metrics: {} })
    expect(await lastRun()).toEqual({ status: 'interrupted', error: null })
  })

  test('a resumed training keeps its hyperparameters where the device has other defaults', async () => {
    const store = createFileArtifactStore(await mkdtemp(join(tmpdir(), 'resume-')))
    const abort = new AbortController()
    const checkpoint = {
      load: () => readCheckpoint(store, 'state'),
      save: (state: FitState) => writeCheckpoint(store, 'state', state),
    }
    const large = { batchSize: 2, learningRate: 0.03, warmupEpochs: 2 }
    const hyperparameters = { ...options.hyperparameters, epochs: 4 }
    const interrupted = trainAndPublish({
      ...{ ...options, checkpoint, signal: abort.signal },
      hyperparameters: { ...hyperparameters, ...large },
      onEpoch: ({ epoch }) => void (epoch === 2 && abort.abort(new Error('stopped'))),
    })
    await expect(interrupted).rejects.toThrow('stopped')
    const { manifest } = await trainAndPublish({ ...options, hyperparameters, checkpoint })
    expect((await registry.load(manifest)).artifact.hyperparameters).toMatchObject(large)
    const [run] =
      await database.sql`select hyperparameters from training_runs order by started_at desc limit 1`
    expect(run!.hyperparameters).toMatchObject(large)
    const whole = await trainAndPublish({ ...options, hyperparameters: { ...hyperparameters, ...large } })
    const [resumed, uninterrupted] = await Promise.all(
      [manifest, whole.manifest].map(async (version) => (await registry.load(version)).artifact.weights),
    )
    expect(resumed).toEqual(uninterrupted)
  })

  test('a refit learns from all ratings, for as many epochs as the best one', async () => {
    const all = csrFromEntries(4, 3, {
      row: Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3),
      column: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2),
      values: Float32Array.from(everyPair, (n) => 1 + (n % 5)),
    })
    const part = { ...options.split, train: filterEntries(all, (user, item) => user !== 3 && item < 2) }
    const stages: string[] = []
    // whose default follows from the data
    const hyperparameters = { epochs: 5, hidden: 2, regularization: 10, target: 'ratings' }
    const { manifest, bestEpoch } = await trainAndPublish({
      ...options,
      hyperparameters,
      split: part,
      refitOn: all,
      onEpoch: (_, stage) => void stages.push(stage),
    })
    expect(stages.filter((stage) => stage === 'refit')).toHaveLength(bestEpoch)
    expect(manifest).toMatchObject({
      data: { users: 4, items: 3, ratings: 12 },
      refitOf: { version: null, ratings: 6, epochs: bestEpoch },
    })
    expect(manifest.data.ratings).toBe(all.values.length)
    const { artifact } = await registry.load(manifest)
    expect([...artifact.popularity]).toEqual([4, 4, 4])
    const whole = await trainAndPublish({ ...options, hyperparameters, split: { ...part, train: all } })
    expect(artifact.weights).toEqual((await registry.load(whole.manifest)).artifact.weights)
    expect((await registry.trace('dan')).learned).toContainEqual(expect.objectContaining(nameOf(manifest)))
  })

  test('an interrupted refit publishes the evaluated weights', async () => {
    const abort = new AbortController()
    const { manifest, interrupted } = await trainAndPublish({
      ...options,
      refitOn: options.split.train,
      signal: abort.signal,
      onEpoch: (_, stage) => void (stage === 'refit' && abort.abort()),
    })
    expect(interrupted).toBe(true)
    expect(manifest.refitOf).toBeNull()
    expect(await lastRun()).toEqual({ status: 'interrupted', error: null })
  })

  test('a version with weights for single users can be the start of the next one', async () => {
    const first = await trainAndPublish(options)
    expect(first.coldReason).toMatch(/cold start/)
    const { artifact } = await registry.load(first.manifest)
    expect(artifact.users?.ids).toEqual(userIds)
    const second = await trainAndPublish({ ...options, warmFrom: first.manifest.version })
    expect(second).toMatchObject({ warmFrom: first.manifest.version, coldReason: null })
    expect(second.manifest.parentVersion).toBe(first.manifest.version)
  })

  test('a failure is recorded with its reason', async () => {
    const full = { ...registry, publish: () => Promise.reject(new Error('the disk is full')) }
    await expect(trainAndPublish({ ...options, registry: full })).rejects.toThrow('the disk is full')
    expect(await lastRun()).toEqual({ status: 'failed', error: 'the disk is full' })
  })

  test('the reason of a failure is thrown even if it cannot be recorded', async () => {
    const full = { ...registry, publish: () => Promise.reject(new Error('the disk is full')) }
    const lost = { ...runs, end: () => Promise.reject(new Error('the connection is closed')) }
    await expect(trainAndPublish({ ...options, registry: full, runs: lost })).rejects.toThrow(
      'the disk is full',
    )
  })
})
