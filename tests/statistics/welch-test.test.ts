import { expect, test } from 'vitest'
import { sampleOf } from '../../src/statistics/sample.ts'
import { welchTest } from '../../src/statistics/welch-test.ts'

const a = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
const b = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4]

test("Welch's test agrees with scipy.stats.ttest_ind(b, a, equal_var=False)", () => {
  const result = welchTest(sampleOf(a), sampleOf(b))
  expect(result.mean / result.standardError).toBeCloseTo(2.8529548701715215, 10)
  expect(result.pValue).toBeCloseTo(0.008071938172194903, 12)
  expect(result.low).toBeCloseTo(0.7986439248746979, 10)
  expect(result.high).toBeCloseTo(4.868022741791966, 10)
})

test('two constant samples of one mean do not differ, of two means they do', () => {
  const constant = (mean: number) => ({ size: 5, mean, variance: 0 })
  expect(welchTest(constant(2), constant(2)).pValue).toBe(1)
  expect(welchTest(constant(2), constant(3))).toMatchObject({ pValue: 0, low: 1, high: 1 })
})
