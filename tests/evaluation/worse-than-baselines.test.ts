import { expect, test } from 'vitest'
import { worseThanBaselines } from '../../src/evaluation/worse-than-baselines.ts'

const estimate = (mean: number) => ({ mean, standardError: 0.01 })
const bias = { rmse: estimate(0.733), 'ndcg@10': estimate(0.01), 'ndcg@100': estimate(0.02) }
const popularity = { 'ndcg@10': estimate(0.3), 'ndcg@100': estimate(0.24) }

test('a model that predicts ratings worse than biases and ranks worse than popularity is said to', () => {
  const model = { rmse: estimate(0.769), 'ndcg@10': estimate(0.31), 'ndcg@100': estimate(0.21) }
  expect(worseThanBaselines('model', { model, bias, popularity })).toEqual([
    'model predicts ratings worse than bias: rmse 0.7690 against 0.7330',
    'model ranks worse than popularity: ndcg@100 0.2100 against 0.2400',
  ])
})

test('nothing is said of a better model, of a baseline itself, and without baselines', () => {
  const model = { rmse: estimate(0.72), 'ndcg@100': estimate(0.4) }
  expect(worseThanBaselines('model', { model, bias, popularity })).toEqual([])
  expect(worseThanBaselines('popularity', { bias, popularity })).toEqual([])
  expect(worseThanBaselines('model', { model: { rmse: estimate(2) } })).toEqual([])
})
