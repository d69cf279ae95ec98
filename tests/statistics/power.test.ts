import { expect, test } from 'vitest'
import {
  minimumDetectableEffect,
  powerOf,
  requiredSampleSize,
  requiredStandardError,
} from '../../src/statistics/power.ts'

// References: statsmodels.stats.power.NormalIndPower, whose own arithmetic is good to nine digits.

test('the power is that of the normal test', () => {
  expect(powerOf(0.1, Math.sqrt(2 / 1000))).toBeCloseTo(0.6087794845454566, 8)
  expect(powerOf(-0.1, Math.sqrt(1 / 300 + 1 / 900))).toBeCloseTo(0.32304115977680475, 8)
})

test('the sample size reaches the requested power', () => {
  // 1,569.77 a group.
  expect(requiredSampleSize(0.1, 1)).toBe(3140)
  // 495.98 in the control and three times as many in the treatment, at 99 % and 90 % power.
  expect(requiredSampleSize(0.2, 1, [0.25, 0.75], { confidence: 0.99, power: 0.9 })).toBe(1984)
})

test('the smallest effect found and the error needed for it are two sides of one thing', () => {
  expect(minimumDetectableEffect(requiredStandardError(0.03))).toBeCloseTo(0.03, 12)
  expect(powerOf(0.03, requiredStandardError(0.03, { power: 0.9 }))).toBeCloseTo(0.9, 6)
})
