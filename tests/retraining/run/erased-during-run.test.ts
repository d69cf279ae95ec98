// Users who are erased while a run is under way.
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { createPostgresErasure } from '../../../src/experiments/postgres-erasure.ts'
import { createPostgresUserRatings } from '../../../src/ratings/postgres-user-ratings.ts'
import { createPostgresReports } from '../../../src/retraining/report/postgres-reports.ts'
import { eraseFromRuns } from '../../../src/retraining/run/erase-from-runs.ts'
import { openRunFolder } from '../../../src/retraining/run/run-folder.ts'
import { resumeRetraining, runRetraining } from '../../../src/retraining/run/run-retraining.ts'
import { type TrainVariantJob, trainVariant } from '../../../src/retraining/run/train-variant.ts'
import { createRetrainingWorld } from '../retraining-world.ts'

const { database, home, registry, dependencies, options, addWeek } = await createRetrainingWorld()

beforeAll(async () => {
  await useBackend('cpu')
  for (const week of [1, 2, 3]) await addWeek(week)
})

async function erase(userId: string): Promise<string[]> {
  await createPostgresErasure(database)(userId)
  await createPostgresUserRatings(database).erase(userId)
  await createPostgresReports(database).eraseUser(userId)
  return eraseFromRuns(home, userId)
}

/** Trains in this process, after `interfere`. */
const trainAfter =
  (interfere: (runId: string) => Promise<void>) => async (job: TrainVariantJob, signal: AbortSignal) => {
    const ratings = await openRunFolder(home, job.runId).loadRatings()
    await interfere(job.runId)
    return trainVariant(job, { ...dependencies, ratings, signal })
  }

test('are not in its report, and the versions it publishes name them', async () => {
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

test('are not trained on by resuming it', async () => {
  await addWeek(4)
  const failing = trainAfter(async () => {
    throw new TypeError('a fault')
  })
  await expect(runRetraining(options, { ...dependencies, trainOnWorker: failing })).rejects.toThrow('a fault')
  // as on another machine, where the copy cannot be reached
  await createPostgresErasure(database)('w4-u1')
  await expect(resumeRetraining(dependencies)).rejects.toThrow('1 of the users of run')
  await expect(resumeRetraining(dependencies)).rejects.toThrow("The run's ratings are missing")
})
