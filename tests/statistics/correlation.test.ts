import { expect, test } from 'vitest'
import { correlation } from '../../src/statistics/correlation.ts'

test('what grows together has correlation 1, what grows against each other −1', () => {
  expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12)
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12)
})

test('a correlation in between is that of the formula by hand', () => {
  // deviations (−1, 0, 1) and (−4/3, 5/3, −1/3): 1 / √(2 · 42/9)
  expect(correlation([1, 2, 3], [1, 4, 2])).toBeCloseTo(1 / Math.sqrt(2 * (42 / 9)), 12)
})

test('what never varies goes with nothing', () => {
  expect(correlation([1, 2, 3], [5, 5, 5])).toBe(0)
})

test('lists of different lengths are refused', () => {
  expect(() => correlation([1], [1, 2])).toThrow('not 1 and 2')
})
