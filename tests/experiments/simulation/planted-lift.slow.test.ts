import { expect, test } from 'vitest'
import { simulatePlantedLift } from '../../../src/experiments/simulation/planted-lift.ts'

test('a planted lift is found as often as the calculator promised, sharper with CUPED, sooner by interleaving', async () => {
  const found = await simulatePlantedLift({ lift: 0.15, runs: 150, seed: 5 })
  expect(found.lift).toBeCloseTo(0.15, 3)
  expect(found.promisedPower).toBeCloseTo(0.8, 1)
  // Binomial(150, 0.8) lies within ± 0.12 of it with probability 0.9996.
  expect(Math.abs(found.power - found.promisedPower)).toBeLessThan(0.12)
  expect(Math.abs(found.cupedVarianceRatio / found.cupedVarianceRatioInTheory - 1)).toBeLessThan(0.03)
  expect(found.cupedPower).toBeGreaterThan(found.power)
  expect(found.sequentialPower).toBeLessThan(found.power)
  expect(Math.abs(found.interleaving.power - 0.8)).toBeLessThan(0.12)
  expect(found.interleaving.abSessions / found.interleaving.sessions).toBeGreaterThan(3)
})
