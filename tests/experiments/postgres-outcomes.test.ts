// The raw log is made up at random, and every number is worked out again from the rows, one user at a time.
import { beforeAll, describe, expect, test } from 'vitest'
import { analyzeExperiment } from '../../src/experiments/analyze-experiment.ts'
import type { Metric } from '../../src/experiments/definition.ts'
import { createPostgresExperiments } from '../../src/experiments/postgres-experiments.ts'
import { createPostgresExposureWriter } from '../../src/experiments/postgres-exposures.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { createPostgresOutcomes } from '../../src/experiments/postgres-outcomes.ts'
import { createRandom } from '../../src/random/random.ts'
import { cuped } from '../../src/statistics/cuped.ts'
import { estimateRatio } from '../../src/statistics/estimate-ratio.ts'
import { pairedSampleOf } from '../../src/statistics/paired-sample.ts'
import { sampleOf } from '../../src/statistics/sample.ts'
import { welchTest } from '../../src/statistics/welch-test.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { sampleDefinition } from './sample-definition.ts'

const database = await createTestDatabase()
const experiments = createPostgresExperiments(database)
const outcomes = createPostgresOutcomes(database)
const writeExposures = createPostgresExposureWriter(database)
const saveFeedback = createPostgresFeedback(database)

const hour = 3_600_000
const day = 24 * hour
const start = Date.now() - 5 * day
const random = createRandom('raw log')

const metrics: Metric[] = [
  { name: 'clicks', kind: 'count', event: 'click', direction: 'up' },
  { name: 'clickers', kind: 'conversion', event: 'click', direction: 'up' },
  { name: 'revenue', kind: 'value', event: 'click', direction: 'up' },
  { name: 'click-rate', kind: 'rate', event: 'click', direction: 'up' },
]

const exposures = Array.from({ length: 600 }, (_, n) => ({
  requestId: `r${n}`,
  userId: `u${random.integer(150)}`,
  servedAt: start + random.uniform() * 4 * day,
}))
  .map((exposure) => ({
    ...exposure,
    experiment: 'logged',
    variant: Number(exposure.userId.slice(1)) % 2 === 0 ? 'control' : 'treatment',
    forced: false,
    model: 'm',
    version: 1,
    historySize: Number(exposure.userId.slice(1)),
    items: ['a', 'b', 'c'],
    teams: null,
    propensities: null,
  }))
  .concat([tester('t1')])

function tester(requestId: string) {
  return {
    requestId,
    userId: 'tester',
    experiment: 'logged',
    variant: 'treatment',
    forced: true,
    model: 'm',
    version: 1,
    historySize: 0,
    items: ['a'],
    teams: null,
    propensities: null,
    servedAt: start + day,
  }
}

/** Each belongs to the exposure by number, after so many hours. */
const clicks = Array.from({ length: 500 }, () => ({
  exposure: exposures[random.integer(600)]!,
  delay: random.uniform() * 30 * hour,
  itemId: 'abc'[random.integer(3)]!,
  value: 1 + random.integer(9),
}))

const distinct = [
  ...new Map(clicks.map((click) => [`${click.exposure.requestId} ${click.itemId}`, click])).values(),
]
const inTime = distinct.filter(({ delay }) => delay <= 24 * hour)
const before = Array.from({ length: 200 }, () => `u${random.integer(150)}`)

beforeAll(async () => {
  await experiments.create(
    sampleDefinition({ name: 'logged', primaryMetric: metrics[0], guardrails: metrics.slice(1) }),
  )
  await experiments.start('logged')
  await database.sql`update experiments set started_at = ${new Date(start)} where name = 'logged'`
  await database.sql`update experiment_weights set since = ${new Date(start)}`
  await writeExposures(exposures)
  await saveFeedback([
    // The first telling of an event is the one that counts.
    ...distinct.map(({ exposure, delay, itemId, value }) => ({
      type: 'click',
      requestId: exposure.requestId,
      itemId,
      value,
      at: exposure.servedAt + delay,
    })),
    ...before.map((userId) => ({ type: 'click', userId, value: 1, at: start - 2 * day })),
    // Not of this experiment, of no list, of a list that did not show it, of a tester, of another type.
    { type: 'click', requestId: 'never-served', value: 1, at: start + day },
    { type: 'click', userId: 'unknown', itemId: 'a', value: 1, at: start + day },
    { type: 'click', requestId: 'r0', itemId: 'z', value: 1, at: exposures[0]!.servedAt + 1 },
    { type: 'click', requestId: 't1', itemId: 'a', value: 1, at: start + day + hour },
    { type: 'view', requestId: 'r0', itemId: 'a', value: 1, at: exposures[0]!.servedAt + 1 },
  ])
  await saveFeedback([
    {
      type: 'click',
      requestId: distinct[0]!.exposure.requestId,
      itemId: distinct[0]!.itemId,
      value: 1,
      at: start,
    },
  ])
})

/** One row a user of the variant: lists, clicks, worth, and clicks before the start. */
function usersOf(variant: string) {
  const ids = [
    ...new Set(exposures.filter((e) => !e.forced && e.variant === variant).map(({ userId }) => userId)),
  ]
  return ids.map((userId) => {
    const own = inTime.filter(({ exposure }) => exposure.userId === userId)
    return {
      lists: exposures.filter((e) => e.userId === userId).length,
      clicks: own.length,
      worth: own.reduce((sum, { value }) => sum + value, 0),
      before: before.filter((id) => id === userId).length,
    }
  })
}
const [control, treatment] = [usersOf('control'), usersOf('treatment')]

describe('the report from the raw log', () => {
  test('counts lists, users and testers, and what became of the feedback', async () => {
    const { flow } = await analyzeExperiment(await experiments.find('logged'), outcomes)
    expect(flow.lists.control! + flow.lists.treatment!).toBe(600)
    expect(flow.users).toEqual([
      { variant: 'control', split: 0, users: control.length },
      { variant: 'treatment', split: 0, users: treatment.length },
    ])
    expect(flow).toMatchObject({ moved: 0, testerLists: 1 })
    // The view belongs to a list, too; the click on an item that was not shown does not, and not the tester's.
    expect(flow.feedback).toEqual({
      attributed: inTime.length + 1,
      late: distinct.length - inTime.length,
      unmatched: 2,
      duplicates: 1,
    })
  })

  test('gives each variant the numbers of its users, of every kind of metric', async () => {
    const report = await analyzeExperiment(await experiments.find('logged'), outcomes)
    const perUser = {
      clicks: ({ clicks }: { clicks: number }) => clicks,
      clickers: ({ clicks }: { clicks: number }) => Math.min(1, clicks),
      revenue: ({ worth }: { worth: number }) => worth,
    }
    for (const [n, users] of [control, treatment].entries()) {
      for (const [place, of] of [perUser.clicks, perUser.clickers, perUser.revenue].entries()) {
        const { size, mean, variance } = sampleOf(users.map(of as (user: (typeof users)[number]) => number))
        const outcome = report.metrics[place]!.variants[n]!
        expect(outcome.users).toBe(size)
        expect(outcome.value).toBeCloseTo(mean, 10)
        expect(outcome.standardError).toBeCloseTo(Math.sqrt(variance / size), 10)
      }
      const rate = estimateRatio(
        users.map(({ clicks }) => clicks),
        users.map(({ lists }) => lists),
      )
      expect(report.metrics[3]!.variants[n]!.value).toBeCloseTo(rate.mean, 10)
      expect(report.metrics[3]!.variants[n]!.standardError).toBeCloseTo(rate.standardError, 10)
    }
  })

  test('compares what is left when clicks from before the start are taken out', async () => {
    const report = await analyzeExperiment(await experiments.find('logged'), outcomes)
    const groups = [control, treatment].map((users) =>
      pairedSampleOf(
        users.map((user) => user.before),
        users.map(({ clicks }) => clicks),
      ),
    )
    const adjusted = cuped(groups)
    const { mean, pValue } = welchTest(adjusted.groups[0]!, adjusted.groups[1]!)
    const [found] = report.metrics[0]!.treatments
    expect(found!.varianceRatio).toBeCloseTo(adjusted.varianceRatio, 10)
    expect(found!.comparison.difference.mean).toBeCloseTo(mean, 10)
    expect(found!.comparison.difference.pValue).toBeCloseTo(pValue, 10)
    expect(found!.adjustedPValue).toBeGreaterThanOrEqual(pValue)
    expect(found!.overTime.at(-1)!.lift).toBeCloseTo(found!.comparison.lift, 10)
  })

  test('tells a user who saw both variants, who counts for the first, and keeps others out of the way', async () => {
    await experiments.create(sampleDefinition({ name: 'moved', surface: 'moved' }))
    await experiments.start('moved')
    const at = Date.now()
    const shown = { ...exposures[0]!, experiment: 'moved', userId: 'ada' }
    await writeExposures([
      { ...shown, requestId: 'm1', variant: 'control', servedAt: at },
      { ...shown, requestId: 'm2', variant: 'treatment', servedAt: at + 10 },
    ])
    await saveFeedback([{ type: 'click', requestId: 'm2', value: 1, at: at + 20 }])
    const { flow, metrics: found } = await analyzeExperiment(await experiments.find('moved'), outcomes)
    expect(flow).toMatchObject({ moved: 1, users: [{ variant: 'control', users: 1 }] })
    expect(found[0]!.variants[0]).toMatchObject({ users: 1, value: 1 })
  })

  test('of an interleaved experiment weighs which variant each list prefers', async () => {
    await experiments.create(sampleDefinition({ name: 'drafted', surface: 'drafted', mode: 'interleaving' }))
    await experiments.start('drafted')
    const at = Date.now()
    const list = (userId: string, requestId: string) => ({
      ...exposures[0]!,
      experiment: 'drafted',
      variant: 'interleaved',
      userId,
      requestId,
      items: ['a', 'b', 'c', 'd'],
      teams: [0, 1, 1, 0],
      servedAt: at,
    })
    await writeExposures([list('u1', 'd1'), list('u1', 'd2'), list('u2', 'd3'), list('u3', 'd4')])
    const click = (requestId: string, itemId: string) => ({
      type: 'click',
      requestId,
      itemId,
      value: 1,
      at: at + 1,
    })
    // d1: the treatment's b; d2: both sides, a tie; d3: the treatment's b and c against a; d4: the control's d.
    await saveFeedback([
      click('d1', 'b'),
      click('d2', 'a'),
      click('d2', 'c'),
      click('d3', 'a'),
      click('d3', 'b'),
      click('d3', 'c'),
      click('d4', 'd'),
    ])
    const report = await analyzeExperiment(await experiments.find('drafted'), outcomes)
    // Three lists decide: two for the treatment, one for the control.
    const [found] = report.metrics[0]!.treatments
    expect(found!.comparison.lift).toBeCloseTo(1 / 3, 10)
    expect(found!.variant).toBe('treatment')
    expect(report.flow.sampleRatio).toBeNull()
  })

  test('of an experiment without a single list says that it is too early', async () => {
    await experiments.create(sampleDefinition({ name: 'empty', surface: 'empty' }))
    await experiments.start('empty')
    const report = await analyzeExperiment(await experiments.find('empty'), outcomes)
    expect(report.verdict).toMatchObject({ decision: 'not-yet', remainingDays: null })
  })
})
