import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { logShares, rankingScore } from '../../../src/models/autorec/ranking-score.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const statistics = {
  mean: 3,
  lowest: 1,
  highest: 5,
  positiveBoundary: 3.5,
  residual: 0.8,
  itemRatings: Float32Array.of(10, 0, 100),
}

function scores(ratings: number[], changed = {}): number[] {
  const all = { ...statistics, ...changed }
  return tf.tidy(() => Array.from(rankingScore(tf.tensor2d([ratings]), logShares(all), all).dataSync()))
}

describe('the ranking score of predicted ratings', () => {
  test('is the log of the share of ratings times the chance of a positive one', () => {
    // the distribution function of a logistic variable with standard deviation 0.8
    const chance = (rating: number) => 1 / (1 + Math.exp((-(rating - 3.5) * Math.PI) / (Math.sqrt(3) * 0.8)))
    const expected = [4, 2, 3.5].map((rating, item) =>
      Math.log((statistics.itemRatings[item]! + 0.5) * chance(rating)),
    )
    for (const [item, score] of scores([4, 2, 3.5]).entries()) expect(score).toBeCloseTo(expected[item]!, 4)
  })

  test('ranks by popularity if all ratings are equal', () => {
    const [some, none, many] = scores([5, 5, 1], { positiveBoundary: Number.NEGATIVE_INFINITY })
    expect(many).toBeGreaterThan(some!)
    expect(some).toBeGreaterThan(none!)
  })

  test('stays finite if the training error is 0', () => {
    expect(scores([1, 5, 3.5], { residual: 0 }).every(Number.isFinite)).toBe(true)
  })
})
