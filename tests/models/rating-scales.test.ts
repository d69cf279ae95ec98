// The same ratings on different scales: no model of ratings may depend on the unit.
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { evaluateRatings, summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { ratingScale } from '../../src/interactions/rating-scale.ts'
import { findModel } from '../../src/models/models.ts'
import { isRatingPredictor } from '../../src/models/scorer.ts'
import type { HeldOut } from '../../src/splits/split.ts'
import { fit } from '../../src/training/fit.ts'
import { lowRankRatings, matrixOf } from './worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const world = lowRankRatings(60, 40, 1)
const { lowest, highest } = ratingScale(world.train)
const scales: readonly (readonly [low: number, high: number])[] = [
  [1, 5],
  [0.5, 5],
  [1, 100],
  [-10, 10],
]
const learning = { epochs: 8, batchSize: 16, learningRate: 0.02, hidden: 8 }
const hyperparameters = {
  'u-autorec': { ...learning, regularization: 2 },
  'i-autorec': { ...learning, regularization: 2 },
  'ui-autorec': { ...learning, userRegularization: 2, itemRegularization: 2 },
  bias: {},
  blend: {
    parts: [{ model: 'u-autorec', hyperparameters: { ...learning, regularization: 2 } }, 'bias'],
    shares: [0.5, 0.5],
  },
}

describe.each(Object.entries(hyperparameters))('%s', (name, hyperparameters) => {
  test('has an RMSE in proportion to the length of the scale', async () => {
    const relative: number[] = []
    for (const [low, high] of scales) relative.push((await rmseOn(low, high)) / (high - low))
    for (const value of relative) expect(Math.abs(value / relative[0]! - 1)).toBeLessThan(0.02)
    // the world has no biases
    if (name !== 'bias')
      expect(relative[0]).toBeLessThan(deviation(world.heldOut.targets) / (highest - lowest))
  })

  test('predicts an item that it does not know like one without ratings in training', async () => {
    const train = matrixOf(20, 9, (user, item) => (item < 8 ? 3 * ((user * item) % 4) : undefined))
    const histories = matrixOf(3, 9, (user, item) => (item < 2 * user ? 3 * user : undefined))
    const withoutRatings = matrixOf(3, 9, (_user, item) => (item === 8 ? 0 : undefined))
    const model = findModel(name)
    const fitted = await fit({ model, hyperparameters, train, seed: 1 })
    const scorer = model.open(fitted.weights, fitted.hyperparameters)
    if (!isRatingPredictor(scorer)) throw new Error(`${name} does not predict ratings`)
    const unknown = [...scorer.predictUnknownItem(histories)]
    const predicted = await scorer.predict(new Int32Array(3).fill(-1), histories, withoutRatings)
    expect(unknown).toEqual([...predicted].map((rating) => expect.closeTo(rating, 4)))
    expect(new Set(unknown).size).toBe(3)
    scorer.dispose()
  })

  async function rmseOn(low: number, high: number): Promise<number> {
    const rescale = (matrix: CsrMatrix): CsrMatrix => ({
      ...matrix,
      values: matrix.values.map((value) => low + ((high - low) * (value - lowest)) / (highest - lowest)),
    })
    const { users, histories, targets } = world.heldOut
    const heldOut = { users, histories: rescale(histories), targets: rescale(targets) }
    return rmseOf(rescale(world.train), heldOut)
  }

  async function rmseOf(train: CsrMatrix, heldOut: HeldOut): Promise<number> {
    const model = findModel(name)
    const fitted = await fit({ model, hyperparameters, train, seed: 1 })
    const scorer = model.open(fitted.weights, fitted.hyperparameters)
    if (!isRatingPredictor(scorer)) throw new Error(`${name} does not predict ratings`)
    const { rmse } = summarizeRatings(await evaluateRatings(scorer, heldOut))
    scorer.dispose()
    return rmse.mean
  }
})

test('a few ratings far outside of the scale do not change it', () => {
  const ratings = matrixOf(50, 40, (user, item) => (user === 7 && item === 3 ? 100 : 1 + ((user + item) % 5)))
  expect(ratingScale(ratings)).toMatchObject({ lowest: 1, highest: 5 })
  const threes = matrixOf(50, 40, (user, item) => (user === 7 && item === 3 ? 5 : 1 + ((user + item) % 4)))
  expect(ratingScale(threes)).toMatchObject({ lowest: 1, highest: 5 })
})

function deviation({ values }: CsrMatrix): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
