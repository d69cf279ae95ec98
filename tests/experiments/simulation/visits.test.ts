import { describe, expect, test } from 'vitest'
import { createAudience } from '../../../src/experiments/simulation/audience.ts'
import { clickDistribution } from '../../../src/experiments/simulation/click-model.ts'
import { expectedOutcome } from '../../../src/experiments/simulation/expected-outcome.ts'
import { simulateExperiment } from '../../../src/experiments/simulation/visits.ts'
import { cuped } from '../../../src/statistics/cuped.ts'
import { mean } from '../../../src/statistics/mean.ts'

test('a planted lift that no ranking can reach is refused', () => {
  expect(() => createAudience({ lift: 9, seed: 1 })).toThrow('has 900 % more clicks')
})

describe('the simulated visits', () => {
  const audience = createAudience({ lift: 0, seed: 2 })
  const course = { users: 8000, days: 14, daysBefore: 28, visitsPerDay: 0.25 }
  const expected = expectedOutcome(audience.control, course).outcome

  test('come out as theory says: users, clicks, and what CUPED can explain', () => {
    const runs = Array.from({ length: 10 }, (_, run) => simulateExperiment(audience, course, run))
    const last = runs.flatMap(({ control, treatment }) => [control.at(-1)!, treatment.at(-1)!])
    const relative = (measured: number, theory: number) => Math.abs(measured / theory - 1)
    expect(relative(mean(last.map(({ x }) => x.size)) * 2, expected.x.size)).toBeLessThan(0.01)
    expect(relative(mean(last.map(({ y }) => y.mean)), expected.y.mean)).toBeLessThan(0.02)
    expect(relative(mean(last.map(({ y }) => y.variance)), expected.y.variance)).toBeLessThan(0.1)
    expect(relative(mean(last.map(({ covariance }) => covariance)), expected.covariance)).toBeLessThan(0.1)
    const left = 1 - expected.covariance ** 2 / (expected.x.variance * expected.y.variance)
    expect(relative(cuped(last).varianceRatio, left)).toBeLessThan(0.05)
  })

  test('are the same again for the same run, and others for another', () => {
    const once = simulateExperiment(audience, course, 1)
    expect(simulateExperiment(audience, course, 1)).toEqual(once)
    expect(simulateExperiment(audience, course, 2)).not.toEqual(once)
  })

  test('never shrink: users and clicks of a day stand on those of the day before', () => {
    const { control } = simulateExperiment(audience, course, 1)
    for (const [day, { y }] of control.entries())
      if (day > 0) {
        expect(y.size).toBeGreaterThanOrEqual(control[day - 1]!.y.size)
        expect(y.size * y.mean).toBeGreaterThanOrEqual(
          control[day - 1]!.y.size * control[day - 1]!.y.mean - 1e-9,
        )
      }
  })
})

test('the distribution of clicks is that of coins of their own, worked by hand for two', () => {
  expect([...clickDistribution([0.5, 0.2])]).toEqual([0.4, 0.5, 0.1])
})
