import { describe, expect, test } from 'vitest'
import { chiSquareTest, independenceTest } from '../../src/statistics/chi-square-test.ts'

describe('the test of counts against shares', () => {
  test('finds the mismatch of 821,588 users against 815,482 where halves were meant', () => {
    // Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments (2020), ch. 3; the value by scipy.stats.chisquare.
    const result = chiSquareTest([821_588, 815_482], [1, 1])
    expect(result.statistic).toBeCloseTo(22.77436884189436, 9)
    expect(result.pValue / 1.8217928726191858e-6).toBeCloseTo(1, 9)
  })

  test('takes shares of any scale', () => {
    const result = chiSquareTest([320, 280, 400], [30, 30, 40])
    expect(result.degreesOfFreedom).toBe(2)
    expect(result.pValue).toBeCloseTo(0.26359713811572677, 12)
    expect(chiSquareTest([320, 280, 400], [0.3, 0.3, 0.4]).pValue).toBeCloseTo(result.pValue, 12)
  })

  test('distinguishes a far tail from zero', () => {
    const { statistic, pValue } = chiSquareTest([14_000, 10_000], [1, 1])
    expect(statistic).toBeCloseTo(666.667, 3)
    expect(pValue).toBeGreaterThan(0)
  })

  test('has nothing to say about no users at all', () => {
    expect(chiSquareTest([0, 0], [1, 1]).pValue).toBe(1)
  })

  test('refuses a count without a share', () => {
    expect(() => chiSquareTest([1, 2], [1])).toThrow('Each of 2 counts needs a positive share, got 1')
    expect(() => chiSquareTest([1, 2], [1, 0])).toThrow('1, 0')
  })
})

test('independence agrees with scipy.stats.chi2_contingency', () => {
  const table = [
    [10, 10, 20],
    [20, 20, 20],
  ]
  expect(independenceTest(table)).toMatchObject({ degreesOfFreedom: 2 })
  expect(independenceTest(table).pValue).toBeCloseTo(0.24935220877729622, 12)
})
