import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findModel } from '../../../src/models/models.ts'
import { DamagedFileError } from '../../../src/registry/sealed-file.ts'
import { createPostgresRuns } from '../../../src/retraining/run/postgres-runs.ts'
import { removeEndedFolders } from '../../../src/retraining/run/run-folder.ts'
import { LostRunError } from '../../../src/retraining/run/runs.ts'
import { refitJobOf, type TrainVariantJob, trainVariant } from '../../../src/retraining/run/train-variant.ts'
import { fit } from '../../../src/training/fit.ts'
import { createPostgresTrainingRuns } from '../../../src/training/postgres-training-runs.ts'
import { parse, smallConfig } from '../small-config.ts'
import { createVariantWorld } from '../variant-world.ts'
import { endOfWeek } from '../weekly-world.ts'

const { database, home, registry, dependencies, ratings, newRun, jobOf, weightsOf } =
  await createVariantWorld()

const small = { epochs: 6, hidden: [8], latent: 4, batchSize: 16, patience: 3 }

const newJob = async (given: Partial<TrainVariantJob> = {}): Promise<TrainVariantJob> =>
  jobOf({ runId: await newRun(), hyperparameters: small, ...given })

/** Trains until the end of an epoch and breaks off there. */
async function breakOff(job: TrainVariantJob, lastEpoch: number): Promise<void> {
  const abort = new AbortController()
  const stop = { signal: abort.signal, onEpoch: () => void (++epoch > lastEpoch && abort.abort()) }
  let epoch = 0
  await expect(trainVariant(job, { ...dependencies, ...stop })).rejects.toThrow('aborted')
}

describe('training a variant', () => {
  test('publishes it with all that is to be known of how it came to be', async () => {
    const job = await newJob()
    const trained = await trainVariant(job, dependencies)
    const manifest = await registry.manifest({ model: 'mult-vae', version: trained.version })
    expect(manifest).toMatchObject({
      retrainingRun: job.runId,
      variant: 'small',
      trainedUpTo: endOfWeek(3),
      parentVersion: null,
      dataFingerprint: job.dataFingerprint,
    })
    expect(trained).toMatchObject({ warmFrom: null, epochs: trained.curve.length })
    const epochs = await database.sql`
      select epoch from training_epochs join training_runs on run_id = id where retraining_run = ${job.runId}`
    expect(epochs).toHaveLength(trained.epochs)
  })

  test('searches hyperparameters first; interrupted during the training it resumes with the same ones', async () => {
    const hyperparameters = { epochs: 4, hidden: [8], latent: 4, batchSize: 16 }
    const job = await newJob({ hyperparameters, search: { seconds: 600, trials: 2 } })
    let trials = 0
    await breakOff(job, 2)
    const trained = await trainVariant(job, { ...dependencies, onTrial: () => void trials++ })
    expect(trials).toBe(0)
    expect(trained.search).toMatchObject({ trials: 2 })
    expect(trained.hyperparameters).toMatchObject({ ...hyperparameters, ...trained.search!.hyperparameters })
    const whole = await trainVariant(await newJob({ hyperparameters, search: job.search! }), dependencies)
    expect(await weightsOf('mult-vae', trained.version)).toEqual(await weightsOf('mult-vae', whole.version))
  })

  test.each(['mult-vae', 'i-autorec'] as const)(
    'broken off at any epoch and done again, %s comes to the very same weights',
    async (model) => {
      const hyperparameters = model === 'mult-vae' ? small : { epochs: 4, hidden: 4 }
      const whole = await trainVariant(await newJob({ model, hyperparameters }), dependencies)
      for (const lastEpoch of [0, 1, 3]) {
        const job = await newJob({ model, hyperparameters })
        await breakOff(job, lastEpoch)
        const trained = await trainVariant(job, dependencies)
        expect(await weightsOf(model, trained.version)).toEqual(await weightsOf(model, whole.version))
        expect(trained.bestEpoch).toBe(whole.bestEpoch)
        expect(trained.curve.map(({ loss }) => loss)).toEqual(whole.curve.map(({ loss }) => loss))
      }
    },
  )

  test('a refit has all ratings of the run, the epochs and the metrics of its candidate, also after it was broken off', async () => {
    const job = await newJob()
    const candidate = await trainVariant(job, dependencies)
    const name = { model: 'mult-vae', version: candidate.version }
    const metrics = { 'ndcg@10': { mean: 0.5, standardError: 0.1 } }
    await registry.recordMetrics(name, metrics)
    const epochs = 3
    const refit = refitJobOf(job, { ...candidate, bestEpoch: epochs })
    await breakOff(refit, 1)
    const trained = await trainVariant(refit, dependencies)
    const manifest = await registry.manifest({ model: 'mult-vae', version: trained.version })
    const { data } = await registry.manifest(name)
    expect(manifest).toMatchObject({
      data: { ratings: ratings().matrix.values.length },
      refitOf: { version: candidate.version, ratings: data.ratings, epochs },
      metrics,
      variant: 'small+refit',
    })
    expect(trained.curve).toHaveLength(epochs)
    const { weights } = await fit({
      model: findModel('mult-vae'),
      hyperparameters: small,
      train: ratings().matrix,
      lastEpoch: epochs,
      seed: 1,
    })
    expect(await weightsOf('mult-vae', trained.version)).toEqual(weights)
  })

  test('reads the ratings that the run started with, whatever has become of them since', async () => {
    const job = await newJob()
    await database.sql`update ratings set value = 3`
    const changed = await trainVariant(job, dependencies)
    const given = await trainVariant(await newJob(), { ...dependencies, ratings: ratings() })
    expect(await weightsOf('mult-vae', changed.version)).toEqual(await weightsOf('mult-vae', given.version))
  })

  test('goes through all epochs where no validation user has a positive target', async () => {
    const job = await newJob()
    const trained = await trainVariant(
      { ...job, split: { ...job.split, positiveThreshold: 6 } },
      dependencies,
    )
    expect(trained.curve).toHaveLength(small.epochs)
    expect(trained.curve.filter(({ validation }) => validation !== undefined)).toEqual([])
  })

  test('done twice it is published once', async () => {
    const job = await newJob()
    const [first, second] = [await trainVariant(job, dependencies), await trainVariant(job, dependencies)]
    expect(second.version).toBe(first.version)
  })

  test('starts from the weights of another version where it may, and says why where it may not', async () => {
    const { version } = await trainVariant(await newJob({ seed: 5 }), dependencies)
    const warm = await trainVariant(await newJob({ warmFrom: version }), dependencies)
    expect(warm).toMatchObject({ warmFrom: version, coldReason: null })
    expect(warm.curve[0]!.loss).toBeLessThan(
      (await trainVariant(await newJob(), dependencies)).curve[0]!.loss,
    )
    const other = { ...small, hidden: [9] }
    const cold = await trainVariant(await newJob({ warmFrom: version, hyperparameters: other }), dependencies)
    expect(cold.warmFrom).toBeNull()
    expect(cold.coldReason).toMatch(/encoder.0.weight had size 8 along axis 1 and has 9 now/)
  })

  test('a model with weights for single users knows which users they are of, to start from', async () => {
    const hyperparameters = { epochs: 2, hidden: 4 }
    const first = await newJob({ model: 'i-autorec', hyperparameters })
    const { version } = await trainVariant(first, dependencies)
    expect((await registry.load({ model: 'i-autorec', version })).artifact.users?.ids).toEqual(
      ratings().users.ids,
    )
    const warm = await trainVariant(
      await newJob({ model: 'i-autorec', hyperparameters, warmFrom: version }),
      dependencies,
    )
    expect(warm.warmFrom).toBe(version)
  })

  test.each(['.checkpoint', 'ratings'])('refuses a damaged file of the run: %s', async (name) => {
    const job = await newJob()
    await breakOff(job, 1)
    const folder = join(home, 'retraining', job.runId)
    const file = (await readdir(folder)).find((one) => one.endsWith(name))!
    const bytes = await readFile(join(folder, file))
    await writeFile(join(folder, file), bytes.fill(1, 200, 201))
    await expect(trainVariant(job, dependencies)).rejects.toThrow(DamagedFileError)
    await writeFile(join(folder, file), bytes.subarray(0, 20))
    await expect(trainVariant(job, dependencies)).rejects.toThrow(DamagedFileError)
  })

  test('once another run has started, a worker that does not know it stops and leaves nothing', async () => {
    const runs = createPostgresRuns(database)
    const start = (id: string) =>
      runs.start({ id, config: parse(smallConfig), cold: false, backend: 'wasm', by: 'a test' })
    const runId = await newRun()
    await start(runId)
    const next = crypto.randomUUID()
    const onEpoch = async ({ epoch }: { epoch: number }) => {
      if (epoch !== 2) return
      await start(next)
      await removeEndedFolders(dependencies.store, runs)
    }
    const job = jobOf({ runId, hyperparameters: small })
    await expect(trainVariant(job, { ...dependencies, onEpoch })).rejects.toThrow(LostRunError)
    expect(await readdir(join(home, 'retraining'))).not.toContain(runId)
    expect((await registry.versions()).some(({ retrainingRun }) => retrainingRun === runId)).toBe(false)
    await expect(newRun(runId)).rejects.toThrow(LostRunError)
    await newRun(next)
    await removeEndedFolders(dependencies.store, runs)
    expect(await readdir(join(home, 'retraining'))).toContain(next)
  })

  test('the record of a training that was started after its run had ended does not stay in progress', async () => {
    const runs = createPostgresRuns(database)
    const [late, next] = [crypto.randomUUID(), crypto.randomUUID()]
    const start = (id: string) =>
      runs.start({ id, config: parse(smallConfig), cold: false, backend: 'wasm', by: 'a test' })
    await start(late)
    await start(crypto.randomUUID())
    const details = { hyperparameters: {}, seed: 1, dataFingerprint: '', backend: 'wasm', variant: 'late' }
    await createPostgresTrainingRuns(database).start({ model: 'ease', retrainingRun: late, ...details })
    await start(next)
    const records = await database.sql`select status from training_runs where variant = 'late'`
    expect(records).toEqual([{ status: 'interrupted' }])
  })

  test('without the right to go on, nothing is published', async () => {
    const job = await newJob()
    const requireLease = () => Promise.reject(new Error('lost'))
    await expect(trainVariant(job, { ...dependencies, requireLease })).rejects.toThrow('lost')
    expect((await registry.versions()).some(({ retrainingRun }) => retrainingRun === job.runId)).toBe(false)
  })
})
