import { expect, test } from 'vitest'
import { holm } from '../../src/statistics/holm.ts'

test('agrees with statsmodels multipletests(method="holm"), in the order given', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005, 0.3])
  for (const [index, value] of [0.04, 0.09, 0.09, 0.025, 0.3].entries())
    expect(adjusted[index]).toBeCloseTo(value, 12)
})

test('never exceeds one, and takes no p-values', () => {
  expect(holm([0.8, 0.9])).toEqual([1, 1])
  expect(holm([])).toEqual([])
})
