import { expect, test } from 'vitest'
import { wilcoxonTest } from '../../src/statistics/wilcoxon-test.ts'

// References: scipy.stats.wilcoxon(method='asymptotic', correction=False).

test("Darwin's fifteen pairs of maize, as Fisher printed them", () => {
  const inches = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]
  expect(wilcoxonTest(inches).pValue).toBeCloseTo(0.04088813291185591, 12)
  // Ranks 10 and 14 of 120 are negative.
  expect(wilcoxonTest(inches).effectSize).toBeCloseTo((96 - 24) / 120, 12)
})

test('ties share their rank and zeros are left out', () => {
  const differences = [1, 1, -1, 2, 0, 3, -2, 4, 5, 5, -5, 0, 2, 2, 7, -1, 1, 3, 3, 6]
  expect(wilcoxonTest(differences).pValue).toBeCloseTo(0.012644489812473386, 12)
  expect(wilcoxonTest(differences).effectSize).toBeCloseTo(2 / 3, 12)
})

test('finds nothing in zeros alone', () => {
  expect(wilcoxonTest([0, 0])).toEqual({ pValue: 1, effectSize: 0 })
})
