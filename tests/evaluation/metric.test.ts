import { describe, expect, test } from 'vitest'
import { parseMetrics, parseRankingMetric } from '../../src/evaluation/metric.ts'

describe('metric names', () => {
  test('are read from a list, each once', () => {
    expect(parseMetrics('recall@20, ndcg@100,rmse,mae,recall-all@5,rmse')).toEqual([
      'recall@20',
      'ndcg@100',
      'rmse',
      'mae',
      'recall-all@5',
    ])
  })

  test('separate measure and cutoff', () => {
    expect(parseRankingMetric('recall-all@50')).toEqual({ measure: 'recall-all', cutoff: 50 })
  })

  test.each(['recal@20', 'recall', 'recall@', 'recall@0', 'recall@-1', 'ndcg@1.5', 'RMSE', '', 'rmse@5'])(
    'refuse %j by name',
    (name) => {
      expect(() => parseMetrics(`mae,${name}`)).toThrow(`Unknown metric '${name}'`)
    },
  )
})
