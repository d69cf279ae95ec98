import { expect, test } from 'vitest'
import { populationStabilityIndex } from '../../src/statistics/population-stability-index.ts'

test('equal shares are perfectly stable, whatever their totals', () => {
  expect(populationStabilityIndex([100_000, 300_000], [10_000, 30_000])).toBeCloseTo(0, 6)
})

test('a shift has the index that the formula gives by hand', () => {
  // (0.6 − 0.5) ln(0.6/0.5) + (0.4 − 0.5) ln(0.4/0.5) = 0.018232 + 0.022314
  expect(populationStabilityIndex([5e6, 5e6], [6e6, 4e6])).toBeCloseTo(0.040547, 5)
})

test('an emptied bin is a finite shift', () => {
  expect(populationStabilityIndex([50, 50], [100, 0])).toBeGreaterThan(0.25)
  expect(populationStabilityIndex([50, 50], [100, 0])).toBeLessThan(Number.POSITIVE_INFINITY)
})

test('two sets of bins cannot be compared', () => {
  expect(() => populationStabilityIndex([1], [1, 2])).toThrow('not 1 and 2')
})
