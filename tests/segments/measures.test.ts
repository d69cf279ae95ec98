import { describe, expect, test } from 'vitest'
import { adjustedRandIndex } from '../../src/segments/adjusted-rand-index.ts'
import { compareOdds } from '../../src/segments/log-odds.ts'
import { meanSilhouette } from '../../src/segments/silhouette.ts'

describe('adjustedRandIndex', () => {
  test('is 1 for the same clusters under other numbers', () => {
    expect(adjustedRandIndex([0, 0, 1, 1, 2], [5, 5, 0, 0, 1])).toBe(1)
  })

  // the example of scikit-learn's documentation
  test('is .57 where a cluster is split', () => {
    expect(adjustedRandIndex([0, 0, 1, 2], [0, 0, 1, 1])).toBeCloseTo(0.5714, 4)
  })

  // pairs: 1 in both, 2 in a, 3 in b, of 10; expected 0.6; (1 − 0.6) / (2.5 − 0.6)
  test('corrects for chance', () => {
    expect(adjustedRandIndex([0, 0, 1, 1, 2], [0, 0, 0, 1, 2])).toBeCloseTo(0.4 / 1.9, 10)
  })

  test('refuses clusterings of different points', () => {
    expect(() => adjustedRandIndex([0], [0, 1])).toThrow(RangeError)
  })
})

describe('meanSilhouette', () => {
  // points 0, 1 | 4, 6: a = 1, 1, 2, 2; b = 5, 4, 3.5, 5.5
  test('is what the definition gives', () => {
    const expected = (4 / 5 + 3 / 4 + 1.5 / 3.5 + 3.5 / 5.5) / 4
    expect(meanSilhouette([[0], [1], [4], [6]], [0, 0, 1, 1], 2)).toBeCloseTo(expected, 10)
  })

  test('counts a point alone in its cluster as 0, and one cluster as 0', () => {
    // points 0, 1 | 5: a = 1, 1; b = 5, 4
    expect(meanSilhouette([[0], [1], [5]], [0, 0, 1], 2)).toBeCloseTo((4 / 5 + 3 / 4) / 3, 10)
    expect(meanSilhouette([[0], [1]], [0, 0], 1)).toBe(0)
  })
})

test('compareOdds is the log odds ratio with half a case in each cell', () => {
  const compared = compareOdds({ count: 3, of: 4 }, { count: 1, of: 10 })
  expect(compared).toMatchObject({ share: 0.75, shareElsewhere: 0.1 })
  expect(compared.logOdds).toBeCloseTo(Math.log((3.5 * 9.5) / (1.5 * 1.5)), 10)
})
