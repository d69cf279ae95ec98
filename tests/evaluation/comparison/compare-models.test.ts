import { describe, expect, test } from 'vitest'
import { compareModels } from '../../../src/evaluation/comparison/compare-models.ts'
import type { ComparedModel } from '../../../src/evaluation/comparison/compared-model.ts'
import { renderComparison } from '../../../src/evaluation/comparison/comparison-page.ts'
import { userSegments } from '../../../src/evaluation/user-segments.ts'
import { csrFromEntries } from '../../../src/interactions/csr/from-entries.ts'
import { createRandom } from '../../../src/random/random.ts'
import { estimateMean } from '../../../src/statistics/estimate.ts'

/** Rows of items that each user has. */
function matrixOf(rows: readonly (readonly number[])[], columns: number) {
  const entries = rows.flatMap((items, row) => items.map((item) => [row, item] as const))
  return csrFromEntries(rows.length, columns, {
    row: Int32Array.from(entries, ([row]) => row),
    column: Int32Array.from(entries, ([, item]) => item),
    values: new Float32Array(entries.length).fill(1),
  })
}

/** Item 0 is known to all four users, item 1 to two of them, items 2 and 3 to one each, and those to the same one. */
const train = matrixOf([[0, 1], [0, 1], [0], [0, 2, 3]], 5)

const users = 60
const random = createRandom('compared')
const base = Float64Array.from({ length: users }, random.uniform)
const model = (name: string, values: Float64Array, list: number[]): ComparedModel => ({
  name,
  values: new Map([['ndcg@10', values]]),
  metrics: { 'ndcg@10': estimateMean(values) },
  lists: Array.from({ length: users }, () => Int32Array.from(list)),
  seedMeans: new Map([['ndcg@10', [0.4, 0.5, 0.6]]]),
})
const models = [
  model(
    'good',
    base.map((value, user) => value + 0.1 + (user % 2) / 100),
    [0, 1],
  ),
  model('same', base, [1, 0]),
  model(
    'bad',
    base.map((value, user) => (user % 3 === 0 ? value : value - 0.2)),
    [2, 3],
  ),
]
const options = {
  train,
  histories: matrixOf(
    Array.from({ length: users }, () => [4]),
    5,
  ),
  segments: [{ name: 'first ten', users: Array.from({ length: 10 }, (_, user) => user) }],
  metrics: ['ndcg@10'] as const,
  listSize: 2,
  seed: 1,
}
const compared = compareModels(models, options)

describe('the comparison of models', () => {
  test('compares all pairs on single users, with Holm over the pairs', () => {
    const [first, , last] = compared.pairs
    expect(compared.pairs.map(({ a, b }) => `${a} ${b}`)).toEqual(['good same', 'good bad', 'same bad'])
    expect(first).toMatchObject({ better: 1, worse: 0, alike: 0 })
    expect(first!.difference).toBeCloseTo(0.105, 10)
    expect(first!.low).toBeGreaterThan(0.1)
    expect(first!.high).toBeLessThan(0.11)
    expect(last).toMatchObject({ better: 40 / 60, worse: 0, alike: 20 / 60 })
    for (const { pValue, adjustedPValue } of compared.pairs)
      expect(adjustedPValue).toBeGreaterThanOrEqual(pValue)
  })

  test('takes the first metric as the primary one', () => {
    const twoMetrics = models.map((model) => ({
      ...model,
      values: new Map([...model.values, ['recall@5' as const, model.values.get('ndcg@10')!]]),
      seedMeans: new Map([...model.seedMeans, ['recall@5' as const, model.seedMeans.get('ndcg@10')!]]),
    }))
    const metricsOf = (metrics: readonly ('recall@5' | 'ndcg@10')[]) =>
      compareModels(twoMetrics, { ...options, metrics })
    expect(metricsOf(['recall@5', 'ndcg@10']).primary).toBe('recall@5')
    expect(metricsOf(['ndcg@10', 'recall@5']).primary).toBe('ndcg@10')
  })

  test('gives the standard deviation of the means over the seeds', () => {
    expect(compared.models[0]!.seedStd).toBeCloseTo(0.1, 12)
  })

  test('measures the overlap of two lists', () => {
    const [same, apart] = compared.agreement
    expect(same).toMatchObject({ a: 'good', b: 'same', overlap: 1 })
    expect(same!.rankBiasedOverlap).toBeGreaterThan(0.8)
    expect(apart).toMatchObject({ b: 'bad', overlap: 0, rankBiasedOverlap: 0 })
  })

  test('gives the means of the users of each segment', () => {
    const expected = estimateMean(base.slice(0, 10))
    expect(compared.segments[0]!.values.same).toEqual(expected)
  })

  test('rejects models evaluated on different users', () => {
    const shorter = { ...models[0]!, lists: models[0]!.lists.slice(1) }
    expect(() => compareModels([shorter, models[1]!], options)).toThrow('2 models on 59, 60 users')
  })

  test('has a page with a table for every part and three plots', () => {
    const html = renderComparison(compared, 'by hand')
    expect(html.match(/<table>/g)!.length).toBe(5)
    expect(html.match(/<svg[^>]* role="img"/g)!.length).toBe(3)
    expect(html).not.toContain('NaN')
  })
})

test('segments are thirds of the evaluated users, by history and by the popularity of their targets', () => {
  const heldOut = {
    users: Int32Array.of(-1, -1, -1),
    histories: matrixOf([[0, 1, 2], [1], [0, 1]], 5),
    targets: matrixOf([[3], [0], [1]], 5),
  }
  const segments = userSegments(heldOut, Int32Array.of(0, 1, 2), train)
  expect(segments.map(({ users }) => users)).toEqual([[1], [2], [0], [0], [2], [1]])
})

test('compares models that predict ratings by RMSE too, where less is better', () => {
  const counts = new Float64Array(users).fill(4)
  const predictors = [0.5, 0.6].map((error, n) => ({
    ...models[n]!,
    ratings: {
      counts,
      squaredErrors: base.map((value, user) => 4 * (error + (user % 2) * 0.01 * value) ** 2),
    },
  }))
  const { pairs } = compareModels([...predictors, models[2]!], options)
  const byRmse = pairs.filter(({ metric }) => metric === 'rmse')
  expect(byRmse).toHaveLength(1)
  const rmse = predictors.map(({ ratings }) =>
    Math.sqrt(ratings.squaredErrors.reduce((a, b) => a + b) / (4 * users)),
  )
  expect(byRmse[0]).toMatchObject({ a: 'good', b: 'same', better: 1, worse: 0 })
  expect(byRmse[0]!.difference).toBeCloseTo(rmse[0]! - rmse[1]!, 10)
  expect(byRmse[0]!.high).toBeLessThan(0)
  expect(renderComparison({ ...compared, pairs }, '')).toContain('Less is better')
})
