import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { formatTrained } from '../../scripts/train/format.ts'
import { type TrainModelsOptions, trainModels } from '../../scripts/train/train-models.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { parseConfig } from '../../src/config/config.ts'
import type { RetrainingConfigInput } from '../../src/retraining/config.ts'
import { makePlan } from '../../src/retraining/run/plan.ts'
import { prepareRatings } from '../../src/retraining/run/prepare.ts'
import { runRetraining } from '../../src/retraining/run/run-retraining.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import { createRetrainingWorld } from '../retraining/retraining-world.ts'
import { parse, smallConfig } from '../retraining/small-config.ts'
import { sampleSettings } from '../tuning/sample-settings.ts'

const { database, home, registry, dependencies, options, addWeek } = await createRetrainingWorld()

beforeAll(async () => {
  await useBackend('wasm')
  for (const week of [1, 2, 3]) await addWeek(week)
})

const train = (models: readonly string[], given: Partial<TrainModelsOptions> = {}) =>
  trainModels({
    models,
    database,
    config: parseConfig({ PALATE_HOME: home }),
    retraining: options.config,
    backend: 'wasm',
    seed: 1,
    hyperparameters: {},
    promote: false,
    by: 'a test',
    signal: new AbortController().signal,
    ...given,
  })

const defaults = async () => (await registry.champions()).filter(({ isDefault }) => isDefault)
const meanOf = (metrics: unknown) => (metrics as Record<string, { mean: number }>)['ndcg@10']!.mean

describe('the default model', () => {
  test('of several first champions is the best, whatever the order of training', async () => {
    const trained = await train(['popularity', 'bias'])
    const [popularity, bias] = trained.versions.map(({ metrics }) => meanOf(metrics))
    expect(trained.defaultChoice!.model).toBe(popularity! > bias! ? 'popularity' : 'bias')
    expect(await defaults()).toMatchObject([{ model: trained.defaultChoice!.model, version: 1 }])
  })

  test('has a warning while a baseline is better than every champion', async () => {
    const [champion] = await defaults()
    expect(champion!.warning).toMatch(
      /^(ease|item-knn) is better than every champion: ndcg@10 0\.\d{4} against/,
    )
    const first = formatTrained(await train(['bias'], { promote: true }), 'cpu', 1).text.split('\n')
    expect(first.slice(0, 2)).toEqual([
      expect.stringMatching(`^${champion!.model} remains the default: `),
      champion!.warning,
    ])
  })

  test('is not among the findings, which name each model that ranks worse than popularity', async () => {
    const { baselines, versions, ...trained } = await train(['bias'])
    const lower = { ...baselines, popularity: { 'ndcg@10': { mean: 0.9, standardError: 0.01 } } }
    const { document, text } = formatTrained({ ...trained, versions, baselines: lower }, 'cpu', 1)
    const own = meanOf(versions[0]!.metrics).toFixed(4)
    const finding = `bias ranks worse than popularity: ndcg@10 ${own} against 0.9000`
    expect(document).toMatchObject({ worseThanBaselines: [finding] })
    expect(text.split('\n')).toContain(finding)
  })

  test('is replaced by a significantly better champion, which is recorded', async () => {
    const [previous] = await defaults()
    const { defaultChoice, baselines, versions } = await train(['ease'])
    expect(Object.keys(baselines)).toEqual(['popularity', 'item-knn'])
    // the overview of the console compares them with the version
    expect((await registry.manifest(versions[0]!.manifest)).baselines).toEqual(baselines)
    expect(defaultChoice).toMatchObject({ model: 'ease', previous: previous!.model, warning: null })
    expect(defaultChoice!.comparison!.low).toBeGreaterThan(0)
    expect(await defaults()).toMatchObject([{ model: 'ease', warning: null }])
    expect((await registry.changes())[0]).toMatchObject({
      kind: 'default',
      model: 'ease',
      fromModel: previous!.model,
      fromVersion: previous!.version,
      by: 'a test',
      reason: expect.stringMatching(
        /^ease is the default now instead of .*: it is better than .*: ndcg@10 0\.\d/,
      ),
    })
  })

  test('is not compared if no champion changes', async () => {
    const { defaultChoice, versions } = await train(['popularity'])
    expect(defaultChoice).toBeNull()
    expect(versions[0]).toMatchObject({ promoted: false, rejection: null })
  })

  test('is the one that the configuration names', async () => {
    const retraining = parse({ ...smallConfig, default: 'popularity' })
    const { defaultChoice } = await train(['item-knn'], { retraining })
    expect(defaultChoice).toMatchObject({ model: 'popularity', previous: 'ease', comparison: null })
    expect(defaultChoice!.warning).toBeNull()
    expect(await defaults()).toMatchObject([{ model: 'popularity' }])
  })
})

describe('several trainings', () => {
  test('at the same time make one of their versions the first champion', async () => {
    const both = await Promise.all([train(['rdlae']), train(['rdlae'])])
    const versions = both.flatMap((trained) => trained.versions)
    const [first, ...others] = versions.filter(({ promoted }) => promoted)
    expect(others).toEqual([])
    expect((await registry.champions()).find(({ model }) => model === 'rdlae')).toMatchObject({
      version: first!.manifest.version,
    })
  })

  test('begin only if all models have the hyperparameters', async () => {
    const before = await registry.versions()
    await expect(train(['rdlae', 'ease'], { hyperparameters: { relaxation: 0.5 } })).rejects.toThrow(
      'Invalid hyperparameters of ease',
    )
    expect(await registry.versions()).toEqual(before)
  })

  test('list what they published before an error', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => log.mockRestore())
    const artifacts = join(home, 'artifacts', 'dan')
    await writeFile(artifacts, 'not a folder')
    onTestFinished(() => rm(artifacts))
    await expect(train(['dlae', 'dan'])).rejects.toThrow('Cannot write artifacts/dan/')
    const lines = log.mock.calls.map(([line]) => String(line))
    expect(
      lines.find((line) => line.startsWith('Published before the error:\ndlae@1: champion, ')),
    ).toBeDefined()
  })
})

describe('a published version', () => {
  test('has learned from all ratings of all users, and its metrics are of a candidate that has not', async () => {
    const [stored] = await database.sql<[{ ratings: number; users: number; items: number }]>`
      select count(*)::int as ratings, count(distinct user_id)::int as users, count(distinct item_id)::int as items
      from ratings`
    const { versions } = await train(['ease'], { promote: true })
    const { manifest } = versions[0]!
    expect(manifest.data).toEqual(stored)
    expect(manifest.refitOf).toMatchObject({ version: null, epochs: 0 })
    expect(manifest.refitOf!.ratings).toBeLessThan(0.9 * stored.ratings)
    const { artifact } = await registry.load(manifest)
    const counts = await database.sql<{ id: string; count: number }[]>`
      select item_id as id, count(*)::int as count from ratings group by item_id`
    expect(Object.fromEntries(artifact.items.ids.map((id, item) => [id, artifact.popularity[item]]))).toEqual(
      Object.fromEntries(counts.map(({ id, count }) => [id, count])),
    )
    const [{ users }] = await database.sql<[{ users: number }]>`
      select sum(length(hashes) / 16)::int as users from version_training_sets join training_users using (training_set)
      where model = 'ease' and version = ${manifest.version}`
    expect(users).toBe(stored.users)
  })

  test('has lists like its candidate, whatever the cutoff of the metric', async () => {
    const retraining = parse({ ...smallConfig, metric: 'ndcg@1' })
    const { versions } = await train(['ease'], { retraining, promote: true })
    expect(versions[0]).toMatchObject({ promoted: true, rejection: null })
  })

  test('has the evaluated weights without a refit', async () => {
    const retraining = parse({ ...smallConfig, refit: false })
    const { manifest } = (await train(['ease'], { retraining })).versions[0]!
    expect(manifest.refitOf).toBeNull()
    const [{ count }] = await database.sql<[{ count: number }]>`select count(*)::int from ratings`
    expect(manifest.data.ratings).toBe(count - Math.round(0.1 * count) - Math.round(0.1 * 0.9 * count))
  })
})

test('a retraining evaluates a champion of npm run train on later ratings', async () => {
  const { hyperparameters } = options.config.variants[0]!
  await train(['mult-vae'], { hyperparameters })
  const [row] = await database.sql<[{ latest: Date }]>`select max(rated_at) as latest from ratings`
  expect(await registry.manifest({ model: 'mult-vae', version: 1 })).toMatchObject({
    trainedUpTo: row.latest,
  })
  await addWeek(4)
  // it has seen the ratings of the period, so that it cannot be evaluated on them
  const named = (model: 'popularity' | 'edlae') => parse({ ...smallConfig, default: model })
  await train(['edlae'], { retraining: named('popularity') })
  const [present] = await defaults()
  const config = { ...named('edlae'), positiveThreshold: 5 }
  const { period, candidates, defaultChoice } = await runRetraining({ ...options, config }, dependencies)
  expect(defaultChoice).toMatchObject({ model: 'edlae', previous: present!.model })
  expect(period).toMatchObject({ since: row.latest.toISOString() })
  // the default is retrained although it is not a variant
  expect(candidates).toMatchObject([
    { model: 'mult-vae', version: 2, champion: { version: 1 }, training: { warmFrom: 1 } },
    {
      model: present!.model,
      champion: { version: present!.version },
      // that of the run, not that of the champion
      training: { hyperparameters: { positiveThreshold: 5 } },
    },
  ])
})

describe('a search before the training', () => {
  const studies = createPostgresStudies(database)
  const budget = { seconds: 600, trials: 4 }
  /** Whether or not there are users to test on. */
  const planOf = async (config: ReturnType<typeof parse>) => {
    const plan = { runId: 'a run', config, cold: true, startedAt: new Date() }
    const prepared = await prepareRatings(plan, dependencies, null)
    return makePlan({ ...plan, ...prepared }, registry, studies)
  }

  test('is reported, and the version has what it found', async () => {
    const { versions } = await train(['dlae'], { auto: budget })
    const { search, manifest } = versions[0]!
    expect(search).toMatchObject({ trials: 4, metric: 'ndcg@100' })
    expect(search!.bestValue).toBeGreaterThanOrEqual(search!.defaultValue!)
    expect(manifest.hyperparameters).toMatchObject(search!.hyperparameters)
    const [run] = await database.sql`
      select hyperparameters from training_runs where model = 'dlae' and version = ${manifest.version}`
    expect(run!.hyperparameters).toMatchObject(search!.hyperparameters)
  })

  test('is remembered by later trainings, except for what is set, and with --no-auto', async () => {
    const id = await studies.create({ ...sampleSettings, model: 'dlae' })
    await studies.choose(id, { regularization: 77, dropout: 0.25 })
    const hyperparametersOf = async (given: Partial<TrainModelsOptions>) =>
      (await train(['dlae'], given)).versions[0]!.manifest.hyperparameters
    expect(await hyperparametersOf({})).toMatchObject({ regularization: 77, dropout: 0.25 })
    expect(await hyperparametersOf({ hyperparameters: { dropout: 0.1 } })).toMatchObject({
      regularization: 77,
      dropout: 0.1,
    })
    expect(await hyperparametersOf({ auto: false })).toMatchObject({ regularization: 300, dropout: 0.5 })
    const config = parse({ ...smallConfig, variants: [{ model: 'dlae' }] })
    const { jobs } = await planOf(config)
    expect(jobs[0]).toMatchObject({ hyperparameters: { regularization: 77 } })
    expect(jobs[0]!.search).toBeUndefined()
  })

  test('is the default of a retraining for the first training of a model, unless hyperparameters are set', async () => {
    const searches = async (given: RetrainingConfigInput) => {
      const { jobs } = await planOf(parse({ ...smallConfig, ...given }))
      return jobs.find(({ model }) => model === 'dan')!.search
    }
    const variant = { model: 'dan' as const }
    expect(await searches({ variants: [variant] })).toEqual({ seconds: 600, trials: 20 })
    expect(await searches({ variants: [variant], auto: { trials: 3 } })).toEqual({ seconds: 600, trials: 3 })
    expect(await searches({ variants: [variant], auto: null })).toBeUndefined()
    expect(await searches({ variants: [{ ...variant, hyperparameters: { dropout: 0.4 } }] })).toBeUndefined()
    await train(['dan'], { auto: false })
    expect(await searches({ variants: [variant] })).toBeUndefined()
  })
})

test('models of ratings are skipped, and refused by themselves, where all values are equal', async () => {
  await database.sql`update ratings set value = 1`
  const { versions } = await train(['bias', 'popularity'])
  expect(versions.map(({ manifest }) => manifest.model)).toEqual(['popularity'])
  const reason = /^i-autorec predicts ratings, and all [\d,]+ values are 1: .*: mult-vae, /
  await expect(train(['i-autorec'])).rejects.toThrow(reason)
  expect((await registry.champions()).map(({ model }) => model)).not.toContain('i-autorec')
})

test('a retraining leaves them out, too, and says why', async () => {
  const variants = [{ model: 'i-autorec' as const }, { model: 'item-knn' as const }]
  const config = parse({ ...smallConfig, variants, default: 'item-knn' })
  await addWeek(5)
  await database.sql`update ratings set value = 1`
  const result = await runRetraining({ ...options, config }, dependencies)
  expect(result.candidates.map(({ model, error }) => ({ model, error }))).toContainEqual({
    model: 'item-knn',
    error: null,
  })
  expect(result.candidates.map(({ model }) => model)).not.toContain('i-autorec')
  expect(result.leftOut).toEqual([expect.stringMatching(/^i-autorec predicts ratings, and all .*\.$/)])
})
