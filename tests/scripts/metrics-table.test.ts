import { expect, test } from 'vitest'
import { formatMetrics } from '../../scripts/terminal/metrics-table.ts'

test('models are rows, metrics are columns, and unsupported metrics are blank', () => {
  const table = formatMetrics({
    'i-autorec': {
      rmse: { mean: 0.83125, standardError: 0.00149 },
      'ndcg@100': { mean: 0.4, standardError: 0.01 },
    },
    popularity: { 'ndcg@100': { mean: 0.25, standardError: 0.007 } },
  })
  expect(table.split('\n').map((line) => line.trimEnd())).toEqual([
    'model, ± 95 % interval             rmse         ndcg@100',
    '──────────────────────  ───────────────  ───────────────',
    'i-autorec               0.8313 ± 0.0029  0.4000 ± 0.0196',
    'popularity                               0.2500 ± 0.0137',
  ])
})
