import { expect, test } from 'vitest'
import type { Scorer } from '../../src/models/scorer.ts'
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
