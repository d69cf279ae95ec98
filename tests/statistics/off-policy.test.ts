import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { doublyRobust, inversePropensity, selfNormalizedPropensity } from '../../src/statistics/off-policy.ts'

// Two arms: the logging policy takes arm 1 with 0.2, the target policy with 0.9. Arm 1 pays 0.6, arm 0 pays 0.1.
const [logging, target] = [
  [0.8, 0.2],
  [0.1, 0.9],
]
const pays = [0.1, 0.6]
const truth = 0.1 * 0.1 + 0.9 * 0.6

function logOf(seed: number, size = 4000) {
  const random = createRandom('bandit', seed)
  const arms = Array.from({ length: size }, () => (random.uniform() < logging![1]! ? 1 : 0))
  return {
    arms,
    rewards: arms.map((arm) => (random.uniform() < pays[arm]! ? 1 : 0)),
    propensities: arms.map((arm) => logging![arm]!),
    targets: arms.map((arm) => target![arm]!),
  }
}

describe('off-policy estimates', () => {
  test('worked by hand: three choices of weights 2, ½ and 1', () => {
    const logged = { rewards: [1, 0, 1], propensities: [0.4, 0.4, 0.2], targets: [0.8, 0.2, 0.2] }
    expect(inversePropensity(logged).mean).toBeCloseTo(1, 12)
    expect(selfNormalizedPropensity(logged).mean).toBeCloseTo(3 / 3.5, 12)
    const model = { ofChoice: [0.5, 0.5, 0.5], ofTarget: [0.6, 0.6, 0.6] }
    // 0.6 + (2 · ½ + ½ · −½ + 1 · ½) / 3
    expect(doublyRobust(logged, model).mean).toBeCloseTo(0.6 + 1.25 / 3, 12)
  })

  test('all find the truth, and their intervals cover it as often as they promise', () => {
    const covered = [0, 0, 0]
    for (let seed = 0; seed < 300; seed++) {
      const logged = logOf(seed)
      const model = { ofChoice: logged.arms.map((arm) => pays[arm]!), ofTarget: logged.arms.map(() => truth) }
      const estimates = [
        inversePropensity(logged),
        selfNormalizedPropensity(logged),
        doublyRobust(logged, model),
      ]
      for (const [n, { mean, standardError }] of estimates.entries())
        if (Math.abs(mean - truth) < 1.96 * standardError) covered[n]!++
    }
    // Binomial(300, 0.95) is at least 268 with probability 0.9999.
    for (const times of covered) expect(times).toBeGreaterThanOrEqual(268)
  })

  test('the doubly robust one is right with a wrong model, and sharper with a right one', () => {
    const logged = logOf(1, 40_000)
    const wrong = doublyRobust(logged, {
      ofChoice: logged.arms.map(() => 0.9),
      ofTarget: logged.arms.map(() => 0.9),
    })
    expect(Math.abs(wrong.mean - truth)).toBeLessThan(4 * wrong.standardError)
    const right = doublyRobust(logged, {
      ofChoice: logged.arms.map((arm) => pays[arm]!),
      ofTarget: logged.arms.map(() => truth),
    })
    expect(right.standardError).toBeLessThan(inversePropensity(logged).standardError)
  })

  test('a choice logged as impossible is refused', () => {
    expect(() => inversePropensity({ rewards: [1], propensities: [0], targets: [1] })).toThrow(
      'Choice 0 was logged with propensity 0',
    )
  })
})
