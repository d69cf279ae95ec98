import { expect, test } from 'vitest'
import { pairedTTest } from '../../src/statistics/paired-t-test.ts'
import { sampleOf } from '../../src/statistics/sample.ts'

const a = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
const b = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4]

test('agrees with scipy.stats.ttest_rel(b, a)', () => {
  const result = pairedTTest(sampleOf(b.map((value, n) => value - a[n]!)))
  expect(result.pValue).toBeCloseTo(0.006179872550863293, 12)
  expect(result.low).toBeCloseTo(0.9456347886223859, 10)
  expect(result.high).toBeCloseTo(4.721031878044281, 10)
  expect(result.effectSize).toBeCloseTo(0.8311961173550189, 12)
})

test('finds nothing between equal pairs', () => {
  expect(pairedTTest(sampleOf([0, 0, 0]))).toMatchObject({ pValue: 1, effectSize: 0, low: 0, high: 0 })
})
