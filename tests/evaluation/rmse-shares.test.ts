import { describe, expect, test } from 'vitest'
import { summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import { rmseShares } from '../../src/evaluation/rmse-shares.ts'
import { createRandom } from '../../src/random/random.ts'
import { estimateMean } from '../../src/statistics/estimate.ts'

const random = createRandom('errors')
const counts = Float64Array.from({ length: 80 }, () => 1 + random.integer(9))
const squaredErrors = counts.map((count) => count * random.uniform())
const evaluation = { rows: new Int32Array(80), counts, squaredErrors, absoluteErrors: squaredErrors }

describe('the shares of users in an RMSE', () => {
  test('average to the RMSE, with its standard error', () => {
    const { rmse } = summarizeRatings(evaluation)
    const shares = estimateMean(rmseShares(evaluation).linearized)
    expect(shares.mean).toBeCloseTo(rmse.mean, 12)
    expect(shares.standardError).toBeCloseTo(rmse.standardError, 12)
  })

  test('come with each user by itself', () => {
    const { perUser } = rmseShares({ counts: Float64Array.of(2, 1), squaredErrors: Float64Array.of(8, 9) })
    expect([...perUser]).toEqual([2, 3])
  })

  test('are zero where nothing is wrong', () => {
    const { linearized } = rmseShares({ counts: Float64Array.of(2, 1), squaredErrors: Float64Array.of(0, 0) })
    expect([...linearized]).toEqual([0, 0])
  })
})
