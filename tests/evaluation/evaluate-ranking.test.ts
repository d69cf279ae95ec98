import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateRanking, summarizeRanking } from '../../src/evaluation/evaluate-ranking.ts'
import type { RankingMetric } from '../../src/evaluation/metric.ts'
import { createRandom } from '../../src/random/random.ts'
import { fromDense, heldOutOf, scorerOf } from './dense.ts'

const fixed = (...scores: number[]) => scorerOf(scores.length, () => scores)

describe('evaluateRanking', () => {
  test('gives the values worked by hand', async () => {
    // Items by score: 5, 3, 0, 1, 4, 2.
    const scorer = fixed(0.6, 0.5, 0.1, 0.8, 0.4, 0.9)
    const histories = fromDense([
      [0, 0, 0, 1, 0, 0], // ranks 5, 0, 1, 4, 2
      [0, 0, 0, 0, 0, 1], // ranks 3, 0, 1, 4, 2
      [0, 0, 0, 0, 0, 0], // ranks 5, 3, 0, 1, 4, 2
    ])
    const targets = fromDense([
      [1, 0, 0, 0, 1, 0], // at places 2 and 4
      [0, 0, 0, 0, 0, 0], // nothing to find
      [0, 1, 1, 0, 1, 1], // at places 1, 4, 5 and 6
    ])
    const metrics = [
      ...(['recall@3', 'recall-all@3', 'ndcg@3', 'recall@5', 'ndcg@5'] as const),
      ...(['precision@5', 'hr@1', 'mrr@5', 'map@5'] as const),
    ]
    const { rows, values, lists } = await evaluateRanking(scorer, heldOutOf(histories, targets), metrics)

    const [d2, d3, d4, d5] = [Math.log2(3), 2, Math.log2(5), Math.log2(6)].map((log) => 1 / log) as [
      number,
      number,
      number,
      number,
    ]
    expect([...rows]).toEqual([0, 2])
    expect(lists.map((list) => [...list])).toEqual([
      [5, 0, 1, 4, 2],
      [5, 3, 0, 1, 4],
    ])
    expect([...values.get('recall@3')!]).toEqual([1 / 2, 1 / 3])
    expect([...values.get('recall-all@3')!]).toEqual([1 / 2, 1 / 4])
    expect([...values.get('recall@5')!]).toEqual([2 / 2, 3 / 4])
    expect([...values.get('precision@5')!]).toEqual([2 / 5, 3 / 5])
    expect([...values.get('hr@1')!]).toEqual([0, 1])
    expect([...values.get('mrr@5')!]).toEqual([1 / 2, 1])
    expectClose(values.get('map@5')!, [(1 / 2 + 2 / 4) / 2, (1 + 2 / 4 + 3 / 5) / 4])
    expectClose(values.get('ndcg@3')!, [d2 / (1 + d2), 1 / (1 + d2 + d3)])
    expectClose(values.get('ndcg@5')!, [(d2 + d4) / (1 + d2), (1 + d4 + d5) / (1 + d2 + d3 + d4)])
  })

  test('averages over users, with the standard error', async () => {
    const histories = fromDense([[0], [0], [0]], 4)
    const targets = fromDense([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 1],
    ])
    const evaluation = await evaluateRanking(fixed(4, 3, 2, 1), heldOutOf(histories, targets), ['recall@2'])
    // Per user 1, 1, 0: s² = 1/3, s / √3 = 1/3.
    expect(summarizeRanking(evaluation)['recall@2']!.mean).toBeCloseTo(2 / 3, 12)
    expect(summarizeRanking(evaluation)['recall@2']!.standardError).toBeCloseTo(1 / 3, 12)
  })

  test('counts only targets from the positive threshold on', async () => {
    const targets = fromDense([
      [5, 3, 0],
      [2, 0, 3],
    ])
    const heldOut = heldOutOf(fromDense([[0], [0]], 3), targets)
    const { rows, values } = await evaluateRanking(fixed(1, 2, 3), heldOut, ['recall-all@3', 'recall@1'], {
      positiveThreshold: 3,
    })
    expect([...rows]).toEqual([0, 1])
    expect([...values.get('recall-all@3')!]).toEqual([1, 1])
    expect([...values.get('recall@1')!]).toEqual([0, 1])
    const none = evaluateRanking(fixed(1, 2, 3), heldOut, ['recall@1'], { positiveThreshold: 6 })
    await expect(none).rejects.toThrow('None of 2 held-out users has a target rated 6 or more')
  })

  test('counts a target rated exactly at a threshold that 32 bits cannot hold', async () => {
    const heldOut = heldOutOf(fromDense([[0]], 2), fromDense([[0, 4.1]]))
    const { rows } = await evaluateRanking(fixed(1, 2), heldOut, ['recall@1'], { positiveThreshold: 4.1 })
    expect([...rows]).toEqual([0])
  })

  test('never ranks an item of the history, however high it scores', async () => {
    const heldOut = heldOutOf(fromDense([[1, 1, 0, 0]]), fromDense([[0, 0, 0, 1]]))
    const historyFirst = scorerOf(4, (history) =>
      [0, 1, 2, 3].map((item) => (history.includes(item) ? 9 : -item)),
    )
    const { values } = await evaluateRanking(historyFirst, heldOut, ['recall@1', 'recall@2'])
    expect([...values.get('recall@1')!, ...values.get('recall@2')!]).toEqual([0, 1])
  })

  test('agrees with a plain reading of the definitions, whatever the batch size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(0, 1, 2), { minLength: 12, maxLength: 12 }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 9 }),
        async (kinds, scores, places, batchSize) => {
          // 1 is in the history, 2 is a target.
          fc.pre(kinds.some((kind) => kind.includes(2)))
          const pick = (kept: number) =>
            fromDense(kinds.map((row) => row.map((kind) => Number(kind === kept))))
          const metrics = Object.keys(plainMeasures).map((name) => `${name}@${places}` as RankingMetric)
          const { rows, values } = await evaluateRanking(
            scorerOf(12, () => scores),
            heldOutOf(pick(1), pick(2)),
            metrics,
            { batchSize },
          )
          const judged = kinds.filter((kind) => kind.includes(2))
          expect([...rows]).toEqual(kinds.flatMap((kind, row) => (kind.includes(2) ? [row] : [])))
          for (const [index, measure] of Object.values(plainMeasures).entries())
            expectClose(
              values.get(metrics[index]!)!,
              judged.map((kind) => measure(rankPlainly(kind, scores), targetsOf(kind), places)),
            )
        },
      ),
    )
  })

  test('gives random scores the recall of chance', async () => {
    const random = createRandom(5)
    const histories = fromDense(
      Array.from({ length: 3000 }, () => [1]),
      50,
    )
    const targets = fromDense(
      Array.from({ length: 3000 }, () => {
        const target = 1 + random.integer(49)
        return Array.from({ length: 50 }, (_, item) => Number(item === target))
      }),
    )
    const scorer = scorerOf(50, () => Float64Array.from({ length: 50 }, random.uniform))
    const { mean, standardError } = summarizeRanking(
      await evaluateRanking(scorer, heldOutOf(histories, targets), ['recall@10']),
    )['recall@10']!
    const chance = 10 / 49
    expect(standardError).toBeCloseTo(Math.sqrt((chance * (1 - chance)) / 3000), 3)
    expect(Math.abs(mean - chance)).toBeLessThan(4 * standardError)
  })

  test('refuses scores that are NaN, missing or of other items, and names the user', async () => {
    const heldOut = heldOutOf(
      fromDense([[0], [0]], 3),
      fromDense([
        [0, 0, 0],
        [0, 1, 0],
      ]),
    )
    const evaluate = (scores: number[]) => evaluateRanking(fixed(...scores), heldOut, ['recall@1'])
    await expect(evaluate([1, Number.NaN, 2])).rejects.toThrow(
      'user 1 cannot be ranked: The score of item 1 is NaN',
    )
    await expect(evaluate([1, 2])).rejects.toThrow('The scorer has 2 items, the held-out data 3')
    const short = { ...fixed(1, 2, 3), score: async () => new Float32Array(2) }
    await expect(evaluateRanking(short, heldOut, ['recall@1'])).rejects.toThrow(
      '2 scores for 1 users × 3 items',
    )
  })
})

function expectClose(actual: Float64Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 12)
}

const targetsOf = (kinds: readonly number[]) =>
  new Set(kinds.flatMap((kind, item) => (kind === 2 ? [item] : [])))

function rankPlainly(kinds: readonly number[], scores: readonly number[]): number[] {
  return [...scores.keys()]
    .filter((item) => kinds[item] !== 1)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
}

function plainRecall(ranked: number[], targets: Set<number>, places: number): number {
  return ranked.slice(0, places).filter((item) => targets.has(item)).length / Math.min(places, targets.size)
}

function plainRecallAll(ranked: number[], targets: Set<number>, places: number): number {
  return ranked.slice(0, places).filter((item) => targets.has(item)).length / targets.size
}

function plainNdcg(ranked: number[], targets: Set<number>, places: number): number {
  const dcg = (gains: boolean[]) =>
    gains.slice(0, places).reduce((sum, gain, index) => sum + (gain ? Math.LN2 / Math.log(index + 2) : 0), 0)
  return dcg(ranked.map((item) => targets.has(item))) / dcg([...targets].map(() => true))
}

function plainPrecision(ranked: number[], targets: Set<number>, places: number): number {
  return ranked.slice(0, places).filter((item) => targets.has(item)).length / places
}

function plainHitRate(ranked: number[], targets: Set<number>, places: number): number {
  return Number(ranked.slice(0, places).some((item) => targets.has(item)))
}

function plainReciprocalRank(ranked: number[], targets: Set<number>, places: number): number {
  return Math.max(0, ...ranked.slice(0, places).map((item, index) => Number(targets.has(item)) / (index + 1)))
}

function plainAveragePrecision(ranked: number[], targets: Set<number>, places: number): number {
  const precisions = ranked
    .slice(0, places)
    .map((item, index) => (targets.has(item) ? plainPrecision(ranked, targets, index + 1) : 0))
  return precisions.reduce((sum, value) => sum + value, 0) / Math.min(places, targets.size)
}

const plainMeasures = {
  recall: plainRecall,
  'recall-all': plainRecallAll,
  ndcg: plainNdcg,
  precision: plainPrecision,
  hr: plainHitRate,
  mrr: plainReciprocalRank,
  map: plainAveragePrecision,
}
