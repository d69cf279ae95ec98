import { expect, test } from 'vitest'
import { twoProportionTest } from '../../src/statistics/two-proportion-test.ts'

test("the interval is the one of Newcombe's table for 56/70 against 48/80", () => {
  const result = twoProportionTest({ successes: 48, trials: 80 }, { successes: 56, trials: 70 })
  expect(result.mean).toBeCloseTo(0.2, 12)
  expect(result.low).toBeCloseTo(0.0524, 4)
  expect(result.high).toBeCloseTo(0.3339, 4)
  // statsmodels.stats.proportion.proportions_ztest([56, 48], [70, 80])
  expect(result.mean / result.standardError).toBeCloseTo(2.6501719512585336, 10)
  expect(result.pValue).toBeCloseTo(0.00804508136819656, 12)
})

test('rare events agree with statsmodels (proportions_ztest; confint_proportions_2indep, newcomb)', () => {
  const result = twoProportionTest({ successes: 3, trials: 1000 }, { successes: 11, trials: 1200 })
  expect(result.pValue).toBeCloseTo(0.07011187878015772, 12)
  expect(result.low).toBeCloseTo(-0.0008880508198418832, 10)
  expect(result.high).toBeCloseTo(0.013607733191480318, 10)
})

test('no events in either group give no difference and a proper interval', () => {
  const result = twoProportionTest({ successes: 0, trials: 50 }, { successes: 0, trials: 60 })
  expect(result).toMatchObject({ mean: 0, pValue: 1 })
  expect(result.high).toBeGreaterThan(0)
})
