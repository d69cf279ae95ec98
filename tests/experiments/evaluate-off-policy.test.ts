import { beforeAll, describe, expect, test } from 'vitest'
import { evaluateOffPolicy } from '../../src/experiments/evaluate-off-policy.ts'
import { createPostgresExperiments } from '../../src/experiments/postgres-experiments.ts'
import { readExploredLists } from '../../src/experiments/postgres-explored-lists.ts'
import { createPostgresExposureWriter } from '../../src/experiments/postgres-exposures.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { createRandom } from '../../src/random/random.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { sampleDefinition } from './sample-definition.ts'

const start = Date.UTC(2026, 2, 1)

describe('judging a model by lists that were drawn', () => {
  // three items, drawn into two places with these weights; what they earn depends on item and place alone
  const [items, weights] = [
    ['a', 'b', 'c'],
    [0.5, 0.3, 0.2],
  ]
  const pays = (item: string, place: number) => ({ a: 0.1, b: 0.3, c: 0.6 })[item]! / (place + 1)

  /** The chance of each item at each place when two are drawn one after the other. */
  const propensity = (item: number, place: number) => {
    if (place === 0) return weights[item]!
    return weights.reduce((sum, w, first) => sum + (first === item ? 0 : (w * weights[item]!) / (1 - w)), 0)
  }

  function drawnLists(seed: number, count: number) {
    const random = createRandom('explored', seed)
    const pick = (left: readonly number[]) => {
      let rest = random.uniform() * left.reduce((sum, item) => sum + weights[item]!, 0)
      for (const item of left) {
        rest -= weights[item]!
        if (rest < 0) return item
      }
      return left.at(-1)!
    }
    return Array.from({ length: count }, (_, n) => {
      const first = pick([0, 1, 2])
      const drawn = [first, pick([0, 1, 2].filter((item) => item !== first))]
      return {
        userId: `u${n}`,
        servedAt: new Date(start),
        items: drawn.map((item) => items[item]!),
        propensities: drawn.map(propensity),
        rewards: drawn.map((item, place) => (random.uniform() < pays(items[item]!, place) ? 1 : 0)),
      }
    })
  }

  test('finds what the model would earn, though it was never served', () => {
    const lists = drawnLists(1, 20_000)
    const best = ['c', 'b']
    const truth = (pays('c', 0) + pays('b', 1)) / 2
    const report = evaluateOffPolicy(
      lists,
      lists.map(() => best),
    )
    for (const { mean, standardError } of [
      report.inversePropensity,
      report.selfNormalized,
      report.doublyRobust,
    ]) {
      expect(standardError).toBeLessThan(0.02)
      expect(Math.abs(mean - truth)).toBeLessThan(4 * standardError)
    }
    expect(report.logged).toBeLessThan(truth - 0.05)
    expect(report.matched).toBe(
      lists.reduce((sum, list) => sum + list.items.filter((item, place) => item === best[place]).length, 0),
    )
  })

  test('says what to do where nothing was drawn', () => {
    expect(() => evaluateOffPolicy([], [])).toThrow('a variant with "explore": true')
  })
})

describe('the lists that an experiment drew', async () => {
  const database = await createTestDatabase()
  const definition = sampleDefinition({ name: 'drawn' })
  const list = (requestId: string, change: object) => ({
    requestId,
    userId: 'ada',
    experiment: 'drawn',
    variant: 'treatment',
    forced: false,
    model: 'mult-vae',
    version: 1,
    historySize: 1,
    items: ['a', 'b'],
    teams: null,
    propensities: [0.5, 0.25],
    servedAt: start,
    ...change,
  })

  beforeAll(async () => {
    const experiments = createPostgresExperiments(database)
    await experiments.create(definition)
    await experiments.start('drawn')
    await createPostgresUserRatings(database).save([
      { userId: 'ada', itemId: 'x', value: 5, time: start / 1000 - 60 },
      { userId: 'ada', itemId: 'later', value: 5, time: start / 1000 + 60 },
    ])
    await createPostgresExposureWriter(database)([
      list('drawn', {}),
      list('certain', { propensities: null }),
      list('tester', { forced: true }),
    ])
    const click = { type: 'click', requestId: 'drawn', value: 1 }
    await createPostgresFeedback(database)([
      { ...click, itemId: 'b', at: start + 1000 },
      { ...click, itemId: 'a', at: start + 25 * 3_600_000 },
      { ...click, itemId: 'a', type: 'view', at: start + 1000 },
    ])
  })

  test('come with what they earned in time and what their user had rated by then', async () => {
    expect(await readExploredLists(database, definition)).toEqual([
      {
        userId: 'ada',
        servedAt: new Date(start),
        items: ['a', 'b'],
        propensities: [0.5, 0.25],
        rewards: [0, 1],
        history: [{ itemId: 'x', value: 5 }],
      },
    ])
  })
})
