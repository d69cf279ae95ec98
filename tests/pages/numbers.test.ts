import { expect, test } from 'vitest'
import {
  formatEstimate,
  formatFixed,
  formatInterval,
  formatSeconds,
  formatShare,
  formatSigned,
  formatSignedShare,
} from '../../src/pages/numbers.ts'

test('differences carry their sign, and nothing carries the sign of a zero', () => {
  expect(formatSigned(0.12345)).toBe('+0.1235')
  expect(formatSigned(-0.5, 2)).toBe('−0.50')
  expect(formatFixed(-0.00001, 2)).toBe('0.00')
  expect(formatSigned(0.00001, 2)).toBe('0.00')
  expect(formatSignedShare(0.052)).toBe('+5.2 %')
  expect(formatSignedShare(-0.052)).toBe('−5.2 %')
})

test('what was not measured is a dash, and what has no bound is infinite', () => {
  expect(formatFixed(Number.NaN, 3)).toBe('–')
  expect(formatFixed(null, 3)).toBe('–')
  expect(formatEstimate(undefined)).toBe('–')
  expect(formatShare(Number.NaN)).toBe('–')
  expect(formatSignedShare(Number.POSITIVE_INFINITY)).toBe('+∞')
  expect(formatInterval({ low: Number.NEGATIVE_INFINITY, high: 0.5 })).toBe('−∞ … +0.5000')
})

test('an estimate is shown with its 95 % interval', () => {
  expect(formatEstimate({ mean: 0.5, standardError: 0.01 })).toBe('0.5000 ± 0.0196')
})

test('durations are given in the largest sensible unit', () => {
  expect([0.25, 12.4, 200, 7500].map(formatSeconds)).toEqual(['250 ms', '12 s', '3 min 20 s', '2 h 5 min'])
})
