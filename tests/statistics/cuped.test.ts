import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { cuped } from '../../src/statistics/cuped.ts'
import { pairedSampleOf } from '../../src/statistics/paired-sample.ts'

describe('CUPED', () => {
  const groups = [
    pairedSampleOf([3, 1, 4, 1, 5], [5, 2, 6, 3, 7]),
    pairedSampleOf([9, 2, 6, 5, 3], [12, 4, 7, 8, 5]),
  ]

  test('is the analysis of covariance: statsmodels OLS(y ~ group + x)', () => {
    const { theta, varianceRatio, groups: adjusted } = cuped(groups)
    expect(theta).toBeCloseTo(1.11214953, 8)
    expect(adjusted[1]!.mean - adjusted[0]!.mean).toBeCloseTo(0.1532710280373797, 10)
    expect(varianceRatio).toBeCloseTo(0.054672897196261894, 12)
  })

  test('leaves the mean over all units where it was', () => {
    const { groups: adjusted } = cuped(groups)
    expect(adjusted[0]!.mean + adjusted[1]!.mean).toBeCloseTo(groups[0]!.y.mean + groups[1]!.y.mean, 12)
  })

  test('leaves everything as it is where the covariate does not vary', () => {
    const flat = groups.map(({ x, y }) => ({ x: { ...x, variance: 0 }, y, covariance: 0 }))
    expect(cuped(flat)).toEqual({ theta: 0, varianceRatio: 1, groups: flat.map(({ y }) => y) })
  })

  test('narrows the variance by 1 − ρ² without moving the difference', () => {
    const random = createRandom('cuped')
    const correlation = 0.8
    const draw = (lift: number) => {
      const x = Array.from({ length: 20_000 }, random.normal)
      const y = x.map(
        (value) => lift + correlation * value + Math.sqrt(1 - correlation ** 2) * random.normal(),
      )
      return pairedSampleOf(x, y)
    }
    const { groups: adjusted, varianceRatio } = cuped([draw(0), draw(0.1)])
    expect(varianceRatio).toBeCloseTo(1 - correlation ** 2, 1)
    expect(adjusted[0]!.variance).toBeCloseTo(0.36, 1)
    expect(Math.abs(adjusted[1]!.mean - adjusted[0]!.mean - 0.1)).toBeLessThan(4 * 0.006)
  })
})
