import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { estimateMean } from '../../src/statistics/estimate.ts'
import { estimateRatio } from '../../src/statistics/estimate-ratio.ts'
import { mean } from '../../src/statistics/mean.ts'

describe('estimateMean', () => {
  test('gives the mean and s / √n', () => {
    // Deviations −3, −1, 1, 3: s² = 20 / 3, s / √4 = √(5 / 3).
    expect(estimateMean([2, 4, 6, 8])).toEqual({ mean: 5, standardError: Math.sqrt(5 / 3) })
  })

  test('knows no standard error of a single value', () => {
    expect(estimateMean([3])).toEqual({ mean: 3, standardError: Number.NaN })
  })
})

describe('estimateRatio', () => {
  test('gives Σ y / Σ x and its linearized standard error', () => {
    // R = 12 / 6 = 2; residuals 1 − 2, 3 − 4, 8 − 6 = −1, −1, 2; √(3 / 2 · 6) / 6 = ½.
    expect(estimateRatio([1, 3, 8], [1, 2, 3])).toEqual({ mean: 2, standardError: 0.5 })
  })

  test('is the mean where every cluster has one value', () => {
    const values = [3, 1, 4, 1, 5]
    const ratio = estimateRatio(values, [1, 1, 1, 1, 1])
    expect(ratio.mean).toBeCloseTo(estimateMean(values).mean, 12)
    expect(ratio.standardError).toBeCloseTo(estimateMean(values).standardError, 12)
  })

  test('has the standard error that repeated samples show', () => {
    const random = createRandom(11)
    const estimates = Array.from({ length: 2000 }, () => {
      const counts = Array.from({ length: 60 }, () => 1 + random.integer(9))
      // Errors within a cluster share a draw, so they are far from independent.
      const sums = counts.map((count) => count * (1 + random.normal()) + random.normal())
      return estimateRatio(sums, counts)
    })
    const ratios = estimates.map((estimate) => estimate.mean)
    const spread = Math.sqrt(mean(ratios.map((ratio) => (ratio - mean(ratios)) ** 2)))
    expect(mean(estimates.map((estimate) => estimate.standardError)) / spread).toBeGreaterThan(0.93)
    expect(mean(estimates.map((estimate) => estimate.standardError)) / spread).toBeLessThan(1.07)
  })

  test('refuses lists that do not pair', () => {
    expect(() => estimateRatio([1, 2], [1])).toThrow('2 numerators and 1 denominators')
  })
})
