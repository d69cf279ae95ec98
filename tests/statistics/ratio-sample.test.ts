import { expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { estimateRatio } from '../../src/statistics/estimate-ratio.ts'
import { pairedSampleOf } from '../../src/statistics/paired-sample.ts'
import { ratioSample } from '../../src/statistics/ratio-sample.ts'

const lists = [2, 1, 4, 3, 1, 6, 2, 2]
const clicks = [1, 0, 2, 2, 1, 2, 0, 1]

test('the ratio and its error from five sums are those of the single values', () => {
  const ratio = ratioSample(pairedSampleOf(lists, clicks))
  const direct = estimateRatio(clicks, lists)
  expect(ratio.mean).toBeCloseTo(9 / 21, 12)
  // numpy: sqrt(var(y - R x, ddof=1) / 8) / mean(x)
  expect(Math.sqrt(ratio.variance / ratio.size)).toBeCloseTo(0.07557715100184093, 12)
  expect(Math.sqrt(ratio.variance / ratio.size)).toBeCloseTo(direct.standardError, 12)
})

test('the error covers clicks that depend on each other within a user', () => {
  // Each user has another click rate: counted as independent clicks, the error would be far too small.
  const ratios = Array.from({ length: 400 }, (_, run) => {
    const random = createRandom('dependent clicks', run)
    const x = Array.from({ length: 200 }, () => 1 + random.integer(40))
    const y = x.map((served) => {
      const rate = random.uniform() < 0.5 ? 0.1 : 0.5
      return Array.from({ length: served }, random.uniform).filter((draw) => draw < rate).length
    })
    return ratioSample(pairedSampleOf(x, y))
  })
  const missed = ratios.filter(
    ({ mean, variance, size }) => Math.abs(mean - 0.3) > 1.96 * Math.sqrt(variance / size),
  )
  // Binomial(400, 0.05) lies within 6 and 37 with probability 0.9998.
  expect(missed.length).toBeGreaterThanOrEqual(6)
  expect(missed.length).toBeLessThanOrEqual(37)
})
