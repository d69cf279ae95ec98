import { expect, test } from 'vitest'
import { simulateFalsePositives } from '../../../src/experiments/simulation/false-positives.ts'

test('nothing is found in A/A tests more often than promised, but by peeking at a test made for one look', async () => {
  const { falsePositiveRate, sampleRatioAlarms } = await simulateFalsePositives({ runs: 400, seed: 3 })
  // Binomial(400, 0.05) lies within 7 and 36 with probability 0.9994.
  expect(falsePositiveRate.fixed).toBeGreaterThanOrEqual(7 / 400)
  expect(falsePositiveRate.fixed).toBeLessThanOrEqual(36 / 400)
  expect(falsePositiveRate.naivePeeking).toBeGreaterThan(0.2)
  expect(falsePositiveRate.sequential).toBeLessThanOrEqual(0.05)
  // Binomial(400, 0.01) is at most 12 with probability 0.9998.
  expect(sampleRatioAlarms).toBeLessThanOrEqual(12 / 400)
})
