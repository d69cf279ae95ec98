// Two machines that have only the database and an S3-compatible store in common.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRegistry } from '../../../src/registry/postgres-registry.ts'
import { createS3ArtifactStore } from '../../../src/registry/s3-artifact-store.ts'
import { eraseFromRuns } from '../../../src/retraining/run/erase-from-runs.ts'
import { createPostgresRuns } from '../../../src/retraining/run/postgres-runs.ts'
import { openRunFolder, removeEndedFolders } from '../../../src/retraining/run/run-folder.ts'
import { LostRunError } from '../../../src/retraining/run/runs.ts'
import { trainVariant } from '../../../src/retraining/run/train-variant.ts'
import { removeTrialCheckpoints } from '../../../src/tuning/trial-checkpoints.ts'
import { type S3Server, s3Missing, startS3Server } from '../../registry/s3-server.ts'
import { parse, smallConfig } from '../small-config.ts'
import { createVariantWorld } from '../variant-world.ts'

describe.skipIf(s3Missing)(s3Missing ?? 'a run whose state is in S3', async () => {
  const { database, ratings, newRun, jobOf, dependencies: onDisk } = await createVariantWorld()
  const runs = createPostgresRuns(database)
  const hyperparameters = { epochs: 4, hidden: [8], latent: 4, batchSize: 16, patience: 3 }

  let server: S3Server
  beforeAll(async () => {
    server = await startS3Server()
    Object.assign(process.env, server.environment)
  })
  afterAll(() => {
    for (const name of Object.keys(server.environment)) delete process.env[name]
    server.stop()
  })

  /** A machine of its own: nothing is in common but the database and the bucket. */
  const machine = () => {
    const artifacts = { bucket: server.bucket, prefix: 'palate/', endpoint: server.endpoint }
    const store = createS3ArtifactStore(artifacts)
    const registry = openRegistry(database, { home: '/nowhere', artifacts })
    return { database, registry, store, backend: 'wasm' }
  }
  const startRun = async () => {
    const id = crypto.randomUUID()
    await runs.start({ id, config: parse(smallConfig), cold: false, backend: 'wasm', by: 'a test' })
    await openRunFolder(machine().store, id, runs).saveRatings(ratings())
    return id
  }
  const keysOf = async (id: string) =>
    (await machine().store.list('retraining'))
      .map(({ key }) => key)
      .filter((key) => key.includes(id))
      .sort()

  test('continues on another machine from the last epoch, with the same result', async () => {
    const job = jobOf({ runId: await startRun(), hyperparameters })
    const abort = new AbortController()
    const onEpoch = ({ epoch }: { epoch: number }) => void (epoch === 2 && abort.abort())
    await expect(trainVariant(job, { ...machine(), signal: abort.signal, onEpoch })).rejects.toThrow(
      'aborted',
    )
    expect(await keysOf(job.runId)).toEqual([
      `retraining/${job.runId}/ratings`,
      `retraining/${job.runId}/small.checkpoint`,
    ])
    const epochs: number[] = []
    const other = machine()
    const trained = await trainVariant(job, { ...other, onEpoch: ({ epoch }) => void epochs.push(epoch) })
    expect(epochs[0]).toBeGreaterThanOrEqual(2)
    const whole = await trainVariant({ ...job, runId: await newRun() }, onDisk)
    const { artifact } = await other.registry.load({ model: 'mult-vae', version: trained.version })
    const expected = await onDisk.registry.load({ model: 'mult-vae', version: whole.version })
    expect(artifact.weights).toEqual(expected.artifact.weights)
  })

  test('loses the copy of the ratings when one of its users is erased', async () => {
    const id = await startRun()
    const { store } = machine()
    expect(await eraseFromRuns(store, 'not a user')).toEqual([])
    expect(await eraseFromRuns(store, ratings().users.ids[0]!)).toContain(id)
    expect(await keysOf(id)).toEqual([])
    await store.put(`retraining/${id}/tuning/study/0.checkpoint`, [Uint8Array.of(1)])
    await store.put('tuning/study/0.checkpoint', [Uint8Array.of(1)])
    expect(await removeTrialCheckpoints(store)).toBe(2)
    expect(await keysOf(id)).toEqual([])
  })

  test('cannot come back to the bucket after another run has started', async () => {
    const id = await startRun()
    const onEpoch = async ({ epoch }: { epoch: number }) => {
      if (epoch !== 2) return
      await startRun()
      await removeEndedFolders(machine().store, runs)
    }
    const job = jobOf({ runId: id, hyperparameters })
    await expect(trainVariant(job, { ...machine(), onEpoch })).rejects.toThrow(LostRunError)
    expect(await keysOf(id)).toEqual([])
  })
})
