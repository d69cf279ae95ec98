import { describe, expect, test } from 'vitest'
import { evaluateRatings, summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import type { RatingPredictor as AnyPredictor } from '../../src/models/scorer.ts'
import { fromDense } from './dense.ts'

type RatingPredictor = Pick<AnyPredictor, 'predict'>

const histories = fromDense([
  [1, 0, 0, 0],
  [0, 0, 0, 0],
  [0, 0, 2, 0],
  [0, 0, 0, 4],
])
const targets = fromDense([
  [0, 4, 2, 0],
  [0, 0, 0, 0],
  [5, 0, 0, 0],
  [1, 2, 0, 0],
])
const heldOut = { users: Int32Array.of(10, 11, -1, 13), histories, targets }
const always = (value: number): RatingPredictor => ({
  predict: async (_users, _histories, wanted) => new Float32Array(wanted.values.length).fill(value),
})

describe('evaluateRatings', () => {
  test('gives the values worked by hand', async () => {
    const evaluation = await evaluateRatings(always(3), heldOut)
    // Errors by user: (−1, 1), (−2), (2, 1).
    expect([...evaluation.rows]).toEqual([0, 2, 3])
    expect([...evaluation.counts]).toEqual([2, 1, 2])
    expect([...evaluation.squaredErrors]).toEqual([2, 4, 5])
    expect([...evaluation.absoluteErrors]).toEqual([2, 2, 3])

    const { rmse, mae } = summarizeRatings(evaluation)
    expect(rmse.mean).toBeCloseTo(Math.sqrt(11 / 5), 12)
    expect(mae.mean).toBeCloseTo(7 / 5, 12)
    // MSE 2.2: residuals 2 − 4.4, 4 − 2.2, 5 − 4.4 = −2.4, 1.8, 0.6, squares 9.36; √(3/2 · 9.36) / 5 / (2 · RMSE).
    expect(rmse.standardError).toBeCloseTo(Math.sqrt(1.5 * 9.36) / 5 / (2 * Math.sqrt(2.2)), 12)
    // MAE 1.4: residuals 2 − 2.8, 2 − 1.4, 3 − 2.8 = −0.8, 0.6, 0.2, squares 1.04.
    expect(mae.standardError).toBeCloseTo(Math.sqrt(1.5 * 1.04) / 5, 12)
  })

  test('hands every batch its users, histories and targets, whatever the batch size', async () => {
    const seen: unknown[] = []
    const model: RatingPredictor = {
      predict: async (users, known, wanted) => {
        for (let user = 0; user < known.rows; user++)
          seen.push([
            users[user],
            [...known.indices.subarray(known.offsets[user], known.offsets[user + 1])],
            [...wanted.indices.subarray(wanted.offsets[user], wanted.offsets[user + 1])],
          ])
        // The item number plus two, so that an error put in the wrong place shows.
        return Float32Array.from(wanted.indices, (item) => item + 2)
      },
    }
    const whole = await evaluateRatings(model, heldOut)
    expect(seen.splice(0)).toEqual([
      [10, [0], [1, 2]],
      [-1, [2], [0]],
      [13, [3], [0, 1]],
    ])
    expect(await evaluateRatings(model, heldOut, { batchSize: 2 })).toEqual(whole)
    expect(seen.length).toBe(3)
    expect([...whole.squaredErrors]).toEqual([1 + 4, 9, 1 + 1])
  })

  test('gives no error if all predicted ratings are right', async () => {
    const perfect: RatingPredictor = { predict: async (_users, _histories, wanted) => wanted.values }
    const { rmse, mae } = summarizeRatings(await evaluateRatings(perfect, heldOut))
    expect([rmse, mae]).toEqual([
      { mean: 0, standardError: 0 },
      { mean: 0, standardError: 0 },
    ])
  })

  test('refuses ratings that are not numbers or too few, and data without targets', async () => {
    const spoiled: RatingPredictor = {
      predict: async (_users, _histories, wanted) =>
        wanted.values.map((value, n) => (n === 3 ? Number.POSITIVE_INFINITY : value)),
    }
    await expect(evaluateRatings(spoiled, heldOut)).rejects.toThrow('held-out user 3 and item 0 is Infinity')
    const short: RatingPredictor = { predict: async () => new Float32Array(1) }
    await expect(evaluateRatings(short, heldOut)).rejects.toThrow('predicted 1 ratings instead of 5')
    const empty = { ...heldOut, targets: fromDense([[0], [0], [0], [0]], 4) }
    await expect(evaluateRatings(always(3), empty)).rejects.toThrow('None of 4 held-out users has a target')
  })
})
