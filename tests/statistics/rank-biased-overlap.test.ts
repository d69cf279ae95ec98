import { describe, expect, test } from 'vitest'
import { rankBiasedOverlap } from '../../src/statistics/rank-biased-overlap.ts'
import { topOverlap } from '../../src/statistics/top-overlap.ts'

describe('rank-biased overlap', () => {
  test.each([
    // Equation 32 with sets, in Python.
    ['abcde', 'bacfg', 0.9, 0.619335],
    ['abcdefg', 'cab', 0.8, 0.72],
    ['zabc', 'abcz', 0.98, 0.9637973333333333],
    ['abc', 'abc', 0.9, 1],
    ['abc', 'xyz', 0.9, 0],
  ])('of %s and %s with persistence %f is %f', (a, b, persistence, expected) => {
    expect(rankBiasedOverlap(a, b, persistence)).toBeCloseTo(expected, 12)
    expect(rankBiasedOverlap(b, a, persistence)).toBeCloseTo(expected, 12)
  })

  test('worked by hand: [a, b] and [a, c] at ½ agree in 1 at depth 1 and ½ at depth 2', () => {
    // (1 − p)/p · (1 · p + ½ p²) + ½ p² = 0.5 + 0.125 + 0.125
    expect(rankBiasedOverlap('ab', 'ac', 0.5)).toBeCloseTo(0.75, 12)
  })

  test('refuses an empty list', () => {
    expect(() => rankBiasedOverlap([], ['a'])).toThrow('not 0 and 1 entries')
  })
})

describe('the overlap of two tops', () => {
  test('is the share of entries that both hold', () => {
    expect(topOverlap(['a', 'b', 'c', 'd'], ['b', 'x', 'a', 'c'], 3)).toBeCloseTo(2 / 3, 12)
    expect(topOverlap(['a', 'b'], ['b', 'a'], 10)).toBe(1)
  })
})
