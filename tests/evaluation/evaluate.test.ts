import { describe, expect, test } from 'vitest'
import { evaluate, supportedMetrics } from '../../src/evaluation/evaluate.ts'
import { evaluateRanking } from '../../src/evaluation/evaluate-ranking.ts'
import { evaluateRatings, summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import type { RatingPredictor, Scorer } from '../../src/models/scorer.ts'
import { fromDense, heldOutOf, scorerOf } from './dense.ts'

const scorer = scorerOf(4, () => [4, 3, 2, 1])
const predictor: Scorer & RatingPredictor = {
  ...scorer,
  predict: async (_users, _histories, { values }) => values.map((_, n) => 3 + n / 10),
  predictUnknownItem: ({ rows }) => new Float32Array(rows).fill(3),
}
const heldOut = heldOutOf(
  fromDense([
    [5, 0, 0, 0],
    [0, 0, 0, 0],
  ]),
  fromDense([
    [0, 5, 0, 2],
    [0, 1, 4, 0],
  ]),
)

describe('evaluate', () => {
  test('computes the requested metrics, in their order, with the values of single users', async () => {
    const evaluation = await evaluate(predictor, heldOut, ['ndcg@2', 'rmse', 'recall@1'])
    expect(Object.keys(evaluation.metrics)).toEqual(['ndcg@2', 'rmse', 'recall@1'])
    expect(evaluation.ranking).toEqual(await evaluateRanking(scorer, heldOut, ['ndcg@2', 'recall@1']))
    expect(evaluation.ratings).toEqual(await evaluateRatings(predictor, heldOut))
    expect(evaluation.metrics.rmse).toEqual(summarizeRatings(evaluation.ratings!).rmse)
    expect(evaluation.metrics['recall@1']!.mean).toBe(0.5)
  })

  test('ranks positives only, and predicts all ratings', async () => {
    const { metrics, ratings } = await evaluate(predictor, heldOut, ['recall-all@2', 'mae'], {
      positiveThreshold: 4,
    })
    expect(metrics['recall-all@2']!.mean).toBe(0.5)
    expect([...ratings!.counts]).toEqual([2, 2])
  })

  test('requests only what the metrics need', async () => {
    expect(await evaluate(scorer, heldOut, ['recall@1'])).not.toHaveProperty('ratings')
    expect(await evaluate(predictor, heldOut, ['mae'])).not.toHaveProperty('ranking')
  })

  test('knows which metrics a model has, and refuses the others by name', async () => {
    expect(supportedMetrics(predictor, ['rmse', 'recall@1'])).toEqual(['rmse', 'recall@1'])
    expect(supportedMetrics(scorer, ['rmse', 'recall@1', 'mae'])).toEqual(['recall@1'])
    await expect(evaluate(scorer, heldOut, ['recall@1', 'mae'])).rejects.toThrow(
      'does not predict ratings, so it has no mae',
    )
  })
})
