import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { fingerprint } from '../../../src/interactions/fingerprint.ts'
import { loadInteractions } from '../../../src/interactions/postgres-interactions.ts'
import { createPostgresBatches } from '../../../src/ratings/postgres-batches.ts'
import { importRatings } from '../../../src/ratings/postgres-import.ts'
import { createPostgresUserRatings } from '../../../src/ratings/postgres-user-ratings.ts'
import { createPostgresReports } from '../../../src/retraining/report/postgres-reports.ts'
import type { RetrainingResult } from '../../../src/retraining/result.ts'
import type { RetrainingEvent } from '../../../src/retraining/run/events.ts'
import { resumeRetraining, runRetraining } from '../../../src/retraining/run/run-retraining.ts'
import { createTestDatabase } from '../../db/test-database.ts'
import { createRetrainingWorld } from '../retraining-world.ts'
import { weekOfRatings, weekSource } from '../weekly-world.ts'

const { database, registry, dependencies, options, addWeek } = await createRetrainingWorld()
const { sql } = database
const clean = await createTestDatabase()
const results: RetrainingResult[] = []

/** Ratings that differ from those in the table `before`. */
const differences = () => sql`
  (select user_id, item_id, value, rated_at from ratings except select * from before)
  union all (select * from before except select user_id, item_id, value, rated_at from ratings)`

const champion = async () => (await registry.champions()).find(({ model }) => model === 'mult-vae')?.version

beforeAll(async () => {
  await useBackend('wasm')
  for (const week of [1, 2, 3]) await addWeek(week)
})

async function retrain(given: Partial<typeof options> = {}): Promise<RetrainingResult> {
  const result = await runRetraining({ ...options, ...given }, dependencies)
  results.push(result)
  return result
}

describe('week after week', () => {
  test('the first run makes the first champion, on users who were not trained on', async () => {
    const events: RetrainingEvent[] = []
    const onEvent = (event: RetrainingEvent) => void events.push(event)
    const result = await runRetraining(options, { ...dependencies, onEvent })
    results.push(result)
    expect(result).toMatchObject({
      outcome: 'promoted',
      reason: 'mult-vae@2 (mult-vae@1, refit on all ratings) is now the champion.',
      defaultChoice: { model: 'mult-vae', previous: null },
    })
    expect(result.candidates[0]).toMatchObject({
      version: 1,
      champion: null,
      refit: { served: 2, version: 2, error: null },
      promoted: true,
      error: null,
    })
    expect(result.period!.users).toBeGreaterThan(20)
    expect(result.baselines.map(({ model }) => model)).toEqual(['popularity', 'item-knn', 'ease'])
    expect(await champion()).toBe(2)
    const names = events.map(({ event }) => event).filter((event, n, all) => event !== all[n - 1])
    expect(names).toEqual(
      'started snapshot checked training epoch published evaluating gate training epoch published promoting promoted finished'.split(
        ' ',
      ),
    )
    expect(result.snapshot.drift).toBeNull()
  })

  test('what is served has learned from all ratings, and its metrics are of the candidate', async () => {
    const [stored] = await database.sql<[{ users: number; items: number; ratings: number }]>`
      select count(distinct user_id)::int as users, count(distinct item_id)::int as items, count(*)::int as ratings
      from ratings`
    const [candidate, served] = await Promise.all(
      [1, 2].map((version) => registry.manifest({ model: 'mult-vae', version })),
    )
    const { bestEpoch } = results[0]!.candidates[0]!.training!
    expect(served!.data).toEqual(stored)
    expect(candidate!.data.ratings).toBeLessThan(stored.ratings)
    expect(served!.refitOf).toEqual({ version: 1, ratings: candidate!.data.ratings, epochs: bestEpoch })
    expect(candidate!.refitOf).toBeNull()
    expect(served!.metrics).toEqual(candidate!.metrics)
    const epochs = await database.sql`
      select epoch from training_epochs join training_runs on run_id = id where variant = 'mult-vae+refit'`
    expect(epochs).toHaveLength(bestEpoch)
  })

  test('without a new rating it stops with a message of its own', async () => {
    const result = await retrain()
    expect(result.outcome).toBe('stopped')
    expect(result.reason).toMatch(/^No rating was given since 2026-01-2.*: there is nothing new/)
    expect(result.candidates).toEqual([])
    expect(result.defaultChoice).toBeNull()
    expect(await champion()).toBe(2)
  })

  test('the next week trains on from the champion and is judged against it on the new users', async () => {
    await addWeek(4)
    const result = await retrain()
    const [candidate] = result.candidates
    expect(candidate).toMatchObject({
      version: 3,
      champion: { version: 2 },
      training: { warmFrom: 2 },
      refit: { served: 4 },
    })
    expect(result.period!.since).toBe(
      (await registry.manifest({ model: 'mult-vae', version: 2 })).trainedUpTo?.toISOString(),
    )
    expect(candidate!.gate!.comparison).toMatchObject({ metric: 'ndcg@10', users: result.period!.users })
    expect(result.outcome).toBe('promoted')
    expect(result.snapshot.drift).toMatchObject({
      users: { before: 180, after: 240 },
      since: { ratings: 480, users: 60, newUsers: 60, newItems: 0 },
    })
    expect((await registry.changes())[0]).toMatchObject({
      model: 'mult-vae',
      fromVersion: 2,
      toVersion: 4,
      by: 'a test',
      reason: expect.stringContaining(result.runId),
    })
  })

  test('a week of shuffled ratings is refused before training, and quarantined', async () => {
    // values that were right until the shuffled week replaces them
    await sql`create table before as select user_id, item_id, value, rated_at from ratings`
    const shuffled = await importRatings(sql, {
      ...weekSource(5, { shuffled: true }),
      async *ratings() {
        const own = weekOfRatings(4).slice(0, 40)
        yield [
          ...weekOfRatings(5, { shuffled: true }),
          ...own.map((rating) => ({ ...rating, value: 6 - rating.value })),
        ]
      },
    })
    expect(shuffled.updated).toBe(40)
    const result = await retrain()
    expect(result.outcome).toBe('stopped')
    expect(result.candidates).toEqual([])
    expect(result.reason).toMatch(/are not reliable enough to evaluate models/)
    expect(result.reason).toContain(`Batch ${shuffled.batch} (week-5-shuffled.csv) is quarantined`)
    expect(result.refusedBatches).toEqual([
      { id: shuffled.batch, source: 'week-5-shuffled.csv', day: null, ratings: 520, isQuarantined: true },
    ])
    expect(result.defaultChoice).toBeNull()
    expect(await champion()).toBe(4)
    expect(await registry.versions()).toHaveLength(4)
    const [newest] = await createPostgresBatches(database).list()
    expect(newest).toMatchObject({ id: shuffled.batch, status: 'quarantined', current: 0 })
    // what the batch had replaced is current again, and nothing else is
    expect(await differences()).toEqual([])
  })

  test('the clean week after it is trained on without the shuffled one', async () => {
    await addWeek(5)
    const result = await retrain()
    expect(result.candidates[0]).toMatchObject({ version: 5 })
    expect(result.snapshot.drift).toMatchObject({ since: { ratings: 480 } })
    expect(result.snapshot.ratings).toBe(5 * 480)
    for (const week of [1, 2, 3, 4, 5]) await importRatings(clean.sql, weekSource(week))
    expect(result.snapshot.fingerprint).toBe(fingerprint(await loadInteractions(clean.sql)))
  })

  test('undoing the refused batch changes no rating', async () => {
    await sql`drop table before`
    await sql`create table before as select user_id, item_id, value, rated_at from ratings`
    const batches = createPostgresBatches(database)
    const { id } = (await batches.list()).find(({ status }) => status === 'quarantined')!
    expect(await batches.undo(id, 'a test')).toMatchObject({ inserted: 0, replaced: 0, removed: 0 })
    expect(await differences()).toEqual([])
    expect(await sql`select 1 from rating_history where batch_id = ${id}`).toEqual([])
  })

  test('an import that comes while the ratings are evaluated is not refused with them', async () => {
    const { batch } = await addWeek(6, { shuffled: true })
    let later: Promise<{ batch: number }> | undefined
    const load: typeof registry.load = async (name) => {
      later ??= addWeek(7)
      await later
      return registry.load(name)
    }
    const result = await runRetraining(options, { ...dependencies, registry: { ...registry, load } })
    expect(result.refusedBatches).toMatchObject([{ id: batch, isQuarantined: true }])
    const batches = createPostgresBatches(database)
    for (const id of [batch, (await later!).batch]) await batches.undo(id, 'only for this test')
  })

  test('a refused week is only named where the configuration says so, as are posted ratings', async () => {
    const { batch } = await addWeek(6, { shuffled: true })
    await createPostgresUserRatings(database).save([{ userId: 'w4-u1', itemId: 'i1', value: 3, time: 1 }])
    const asking = await retrain({ config: { ...options.config, quarantine: 'ask' } })
    expect(asking.refusedBatches).toMatchObject([
      { source: 'http', isQuarantined: false },
      { id: batch, isQuarantined: false },
    ])
    expect(asking.reason).toContain(`to quarantine it: npm run imports -- quarantine ${batch}.`)
    const again = await retrain()
    expect(again.refusedBatches).toMatchObject([
      { source: 'http', isQuarantined: false },
      { id: batch, isQuarantined: true },
    ])
  })

  test('all variants start over when they are told to', async () => {
    await addWeek(6)
    const result = await retrain({ cold: true } as object)
    expect(result.cold).toBe(true)
    expect(result.candidates[0]!.training).toMatchObject({ warmFrom: null })
  })

  test('what is reported is what the tables hold', async () => {
    const reports = createPostgresReports(database)
    for (const result of results) {
      const stored = await reports.find(result.runId)
      expect(stored.result).toEqual(JSON.parse(JSON.stringify(result)))
      expect(stored.html).toContain(result.outcome)
      const [run] = await database.sql`select * from retraining_runs where id = ${result.runId}`
      expect(run).toMatchObject({ status: 'finished', outcome: result.outcome, reason: result.reason })
      const candidates = await database.sql`
        select variant, version, gate, promoted_at is not null as promoted from retraining_candidates
        -- a run that is stopped after its plan has candidates without a result
        where run_id = ${result.runId} and (version is not null or error is not null)`
      expect(candidates).toEqual(
        JSON.parse(
          JSON.stringify(
            result.candidates.map(({ variant, version, gate, promoted }) => ({
              variant,
              version,
              gate,
              promoted,
            })),
          ),
        ),
      )
    }
    expect(results.map(({ outcome }) => outcome).slice(0, 4)).toEqual([
      'promoted',
      'stopped',
      'promoted',
      'stopped',
    ])
  })

  test('shows ten users with titles before and after, nothing that they had rated', async () => {
    const { examples } = results[2]!
    expect(examples).toHaveLength(10)
    for (const { history, before, after } of examples) {
      expect([...before, ...after].every(({ title, itemId }) => title === `Title of ${itemId}`)).toBe(true)
      const known = new Set(history.map(({ itemId }) => itemId))
      expect([...before, ...after].filter(({ itemId }) => known.has(itemId))).toEqual([])
    }
  })

  test('notes with each version how it was judged', async () => {
    const { candidates } = results[0]!
    const { metrics } = await registry.manifest({ model: 'mult-vae', version: 1 })
    expect(metrics['ndcg@10']).toMatchObject({ mean: candidates[0]!.figures!.metrics['ndcg@10']!.mean })
  })
})

test('a run of an earlier version, which had fewer options, is resumed with their defaults', async () => {
  await addWeek(8)
  const onEvent = ({ event }: RetrainingEvent) => {
    if (event === 'started') throw new TypeError('a fault')
  }
  await expect(runRetraining(options, { ...dependencies, onEvent })).rejects.toThrow('a fault')
  await sql`
    update retraining_runs set config = config #- '{checks,anomalies}' #- '{offLimitsAttributes}' where status = 'failed'`
  const result = await resumeRetraining(dependencies)
  expect(result.checks.map(({ name }) => name)).toContain('anomalies')
})

test('a run that was planned by an earlier version is not resumed, and says why', async () => {
  await addWeek(9)
  const trainOnWorker = () => Promise.reject(new TypeError('a fault'))
  await expect(runRetraining(options, { ...dependencies, trainOnWorker })).rejects.toThrow('a fault')
  await sql`update retraining_runs set plan = plan #- '{plan,split,positiveThreshold}' where status = 'failed'`
  await expect(resumeRetraining(dependencies)).rejects.toThrow(
    /^Run .* was started by an earlier version of Palate, .*: start a new one, without --resume$/,
  )
})
