import { describe, expect, test } from 'vitest'
import type { RatingPredictor, Scorer } from '../../src/models/scorer.ts'
import { validate } from '../../src/training/validate.ts'
import { matrixOf } from '../models/worlds.ts'

test('ranks for 10,000 users spread evenly over those with a target', async () => {
  const users = 25_000
  const scored: number[] = []
  const scorer: Scorer = {
    itemCount: 3,
    score: async ({ rows, offsets, values }) => {
      for (let row = 0; row < rows; row++) scored.push(values[offsets[row]!]!)
      return new Float32Array(rows * 3)
    },
    dispose() {},
  }
  // the rating of each history identifies its user; every fifth user has no target
  const validation = await validate(
    scorer,
    {
      users: new Int32Array(users).fill(-1),
      histories: matrixOf(users, 3, (user, item) => (item === 0 ? user : undefined)),
      targets: matrixOf(users, 3, (user, item) => (item === 1 && user % 5 > 0 ? 5 : undefined)),
    },
    4,
  )
  expect(validation.metric).toBe('ndcg@100')
  expect(validation.value).toBe(1)
  expect(new Set(scored).size).toBe(10_000)
  expect(scored.every((user) => user % 5 > 0)).toBe(true)
  expect(Math.max(...scored)).toBeGreaterThan(24_990)
})

describe('a model of ratings', () => {
  // scores rank the target first, although its predicted rating is wrong
  const scorer: Scorer & RatingPredictor = {
    itemCount: 3,
    score: async ({ rows }) => Float32Array.from({ length: 3 * rows }, (_, n) => (n % 3 === 1 ? 1 : 0)),
    predict: async (_users, _histories, targets) => new Float32Array(targets.values.length).fill(2),
    predictUnknownItem: ({ rows }) => new Float32Array(rows),
    dispose() {},
  }
  const heldOut = (users: Int32Array) => ({
    users,
    histories: matrixOf(2, 3, (_user, item) => (item === 0 ? 5 : undefined)),
    targets: matrixOf(2, 3, (_user, item) => (item === 1 ? 5 : undefined)),
  })

  test('is validated by RMSE where ratings of the training users are held out, also if one of them has no other', async () => {
    expect(await validate(scorer, heldOut(Int32Array.of(4, -1)), 4)).toEqual({ metric: 'rmse', value: 3 })
  })

  test('is validated by NDCG@100 where whole users are held out', async () => {
    expect(await validate(scorer, heldOut(Int32Array.of(-1, -1)), 4)).toEqual({
      metric: 'ndcg@100',
      value: 1,
    })
  })
})
