// Users who are erased while a run is in progress.
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { createPostgresErasure } from '../../../src/experiments/postgres-erasure.ts'
import { rowOf } from '../../../src/interactions/csr/csr-matrix.ts'
import { loadInteractions } from '../../../src/interactions/postgres-interactions.ts'
import { createPostgresUserRatings } from '../../../src/ratings/postgres-user-ratings.ts'
import { createPostgresReports } from '../../../src/retraining/report/postgres-reports.ts'
import { eraseFromRuns, withoutUsers } from '../../../src/retraining/run/erase-from-runs.ts'
import { createPostgresRuns } from '../../../src/retraining/run/postgres-runs.ts'
import { openRunFolder } from '../../../src/retraining/run/run-folder.ts'
import { resumeRetraining, runRetraining } from '../../../src/retraining/run/run-retraining.ts'
import { type TrainVariantJob, trainVariant } from '../../../src/retraining/run/train-variant.ts'
import { holdOutPeriod } from '../../../src/splits/hold-out-period.ts'
import { createRetrainingWorld } from '../retraining-world.ts'
import { parse, smallConfig } from '../small-config.ts'
import { endOfWeek } from '../weekly-world.ts'

const { database, registry, dependencies, options, addWeek } = await createRetrainingWorld()

beforeAll(async () => {
  await useBackend('wasm')
  for (const week of [1, 2, 3]) await addWeek(week)
})

async function erase(userId: string): Promise<string[]> {
  await createPostgresErasure(database)(userId)
  await createPostgresUserRatings(database).erase(userId)
  await createPostgresReports(database).eraseUser(userId)
  return eraseFromRuns(dependencies.store, userId)
}

/** Trains in this process, after `interfere`. */
const trainAfter =
  (interfere: (runId: string) => Promise<void>) => async (job: TrainVariantJob, signal: AbortSignal) => {
    const ratings = await openRunFolder(
      dependencies.store,
      job.runId,
      createPostgresRuns(database),
    ).loadRatings()
    await interfere(job.runId)
    return trainVariant(job, { ...dependencies, ratings, signal })
  }

test('are not in its report, and the versions it publishes name them, also if its clock is ahead', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())
  const erased = Array.from({ length: 50 }, (_, n) => `w3-u${n}`)
  const result = await runRetraining(options, {
    ...dependencies,
    trainOnWorker: trainAfter(async (runId) => {
      expect(await erase(erased[0]!)).toEqual([runId])
      for (const userId of erased.slice(1)) await erase(userId)
    }),
  })
  // ten examples of 30 test users, of whom at least 20 are erased
  expect(result.examples.length).toBeGreaterThan(0)
  const { result: stored, html } = await createPostgresReports(database).find(result.runId)
  for (const userId of erased) {
    expect(JSON.stringify(stored)).not.toContain(`"${userId}"`)
    expect(html).not.toContain(`${userId}<`)
  }
  expect(result.examples.filter(({ userId }) => erased.includes(userId))).toEqual([])
  const traced = await Promise.all(erased.map((userId) => registry.trace(userId)))
  expect(traced.some(({ learned }) => learned.length > 0)).toBe(true)
})

test('are in no variant that a worker trains later', async () => {
  await addWeek(4)
  const userId = 'w2-u3'
  const sizes: number[] = []
  let trainedFirst: () => void
  const firstTrained = new Promise<void>((resolve) => {
    trainedFirst = resolve
  })
  // the jobs arrive in any order
  const trainOnWorker = async (job: TrainVariantJob, signal: AbortSignal) => {
    const start = () => trainVariant(job, { ...dependencies, signal })
    if (job.model === 'mult-vae' && sizes.length === 0) return start().finally(trainedFirst)
    await firstTrained
    if (sizes.length === 0) {
      sizes.push(
        (await openRunFolder(dependencies.store, job.runId, createPostgresRuns(database)).loadRatings()).users
          .size,
      )
      await erase(userId)
    }
    const trained = await start()
    const copy = await openRunFolder(
      dependencies.store,
      job.runId,
      createPostgresRuns(database),
    ).loadRatings()
    expect(copy.users.indexOf(userId)).toBeUndefined()
    sizes.push(copy.users.size)
    return trained
  }
  const variants = [...smallConfig.variants, { model: 'ease' as const }]
  const config = parse({ ...smallConfig, variants })
  const result = await runRetraining({ ...options, config }, { ...dependencies, trainOnWorker })
  expect(result.candidates.map(({ model, error }) => [model, error])).toEqual([
    ['mult-vae', null],
    ['ease', null],
  ])
  expect(new Set(sizes).size).toBe(1)
  const { learned } = await registry.trace(userId)
  const { version, refit } = result.candidates[1]!
  expect(refit).toMatchObject({ error: null })
  expect(learned.filter(({ model }) => model === 'ease')).toEqual([])
  expect([version, refit!.version]).toEqual([1, 2])
})

test('leave the held-out users of the others as they are', async () => {
  const ratings = await loadInteractions(database.sql)
  const period = { since: endOfWeek(2).getTime() / 1000, targetShare: 0.5, positiveThreshold: 4, seed: 1 }
  const sizes = { test: { share: 1, most: 40 }, validation: { share: 1, most: 10 } }
  const before = holdOutPeriod(ratings, { ...period, ...sizes })
  const [erased] = before.testUsers
  const left = withoutUsers(ratings, new Set([ratings.users.idOf(erased!)]))
  const after = holdOutPeriod(left, { ...period, ...sizes })
  const heldOut = new Set([...after.testUsers, ...after.validationUsers])
  expect([...before.testUsers].filter((user) => !heldOut.has(user))).toEqual([erased])
  expect(rowOf(after.train, erased!).values).toHaveLength(0)
  for (const [n, user] of after.testUsers.entries()) {
    const m = before.testUsers.indexOf(user)
    if (m >= 0) expect(rowOf(after.test.targets, n)).toEqual(rowOf(before.test.targets, m))
  }
})

test('are not trained on by resuming it', async () => {
  await addWeek(5)
  const failing = trainAfter(async () => {
    throw new TypeError('a fault')
  })
  await expect(runRetraining(options, { ...dependencies, trainOnWorker: failing })).rejects.toThrow('a fault')
  // as on another machine, where the copy cannot be reached
  await createPostgresErasure(database)('w5-u1')
  await expect(resumeRetraining(dependencies)).rejects.toThrow('1 of the users of run')
  await expect(resumeRetraining(dependencies)).rejects.toThrow("The run's ratings are missing")
})
