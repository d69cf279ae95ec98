import { describe, expect, test } from 'vitest'
import { bias } from '../../src/models/bias.ts'
import { popularity } from '../../src/models/popularity.ts'
import type { RatingPredictor, Scorer } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import { finiteDifferences, forEachEntry, randomSparse } from '../compute/reference.ts'
import { matrixOf } from './worlds.ts'

const random = createRandom('baselines')

describe('popularity', () => {
  test('scores an item by its positives, the same for all users', async () => {
    const data = matrixOf(4, 3, (user, item) => [5, 4, 3, 4][user]! - item)
    const hyperparameters = popularity.hyperparameters.parse({})
    const scorer = popularity.open(
      await popularity.solve(data, hyperparameters, { random: random }),
      hyperparameters,
    )
    expect(Array.from(await scorer.score(matrixOf(2, 3, () => undefined)))).toEqual([3, 1, 0, 3, 1, 0])
  })
})

describe('the bias baseline', () => {
  const data = randomSparse(6, 5, 0.7, random)
  const hyperparameters = bias.hyperparameters.parse({ userRegularization: 2, itemRegularization: 0.5 })

  test('is the minimum of the regularized squared error', async () => {
    const { itemBias, mean } = await bias.solve(data, hyperparameters, { random: random })
    const scorer = await open(data)
    const ratings = await scorer.predict(
      new Int32Array(6),
      data,
      matrixOf(6, 1, () => 0),
    )
    // the first item's ratings, before they are clipped, determine each user's bias
    const userBias = Array.from(ratings, (rating) => rating - mean!.values[0]! - itemBias!.values[0]!)
    const loss = (at: ArrayLike<number>) => {
      let sum = 0
      forEachEntry(data, (user, item, n) => {
        sum += (data.values[n]! - mean!.values[0]! - at[user]! - at[6 + item]!) ** 2
      })
      for (let n = 0; n < 11; n++) sum += (n < 6 ? 2 : 0.5) * at[n]! ** 2
      return sum
    }
    for (const slope of finiteDifferences(loss, [...userBias, ...itemBias!.values]))
      expect(Math.abs(slope)).toBeLessThan(1e-3)
  })

  test('predicts from the items alone for a user without ratings', async () => {
    const { itemBias, mean } = await bias.solve(data, hyperparameters, { random: random })
    const ratings = await (await open(data)).predict(
      Int32Array.of(-1),
      matrixOf(1, 5, () => undefined),
      matrixOf(1, 5, () => 0),
    )
    for (const [item, rating] of ratings.entries())
      expect(rating).toBeCloseTo(mean!.values[0]! + itemBias!.values[item]!, 5)
  })

  async function open(of: typeof data): Promise<Scorer & RatingPredictor> {
    const weights = await bias.solve(of, hyperparameters, { random: random })
    return bias.open(weights, hyperparameters) as Scorer & RatingPredictor
  }
})
