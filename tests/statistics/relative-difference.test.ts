import { expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { relativeDifference } from '../../src/statistics/relative-difference.ts'
import { sampleOf } from '../../src/statistics/sample.ts'

test('the lift is a share of the control, whatever its sign', () => {
  const lift = relativeDifference({ size: 100, mean: 2, variance: 4 }, { size: 400, mean: 3, variance: 9 })
  expect(lift.mean).toBeCloseTo(0.5, 12)
  // √(9/400 + 1.5² · 4/100) / 2
  expect(lift.standardError).toBeCloseTo(Math.sqrt(0.0225 + 0.09) / 2, 12)
})

test('its interval covers the true lift as often as it promises', () => {
  let covered = 0
  for (let run = 0; run < 400; run++) {
    const random = createRandom('lift', run)
    const draw = (mean: number) => sampleOf(Array.from({ length: 300 }, () => mean + random.normal()))
    const { mean, standardError } = relativeDifference(draw(2), draw(2.2))
    if (Math.abs(mean - 0.1) < 1.96 * standardError) covered++
  }
  // Binomial(400, 0.95) is at least 363 with probability 0.9998.
  expect(covered).toBeGreaterThanOrEqual(363)
})
