import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { confidenceSequence, priceOfPeeking } from '../../src/statistics/confidence-sequence.ts'

const radiusAt = (observations: number) =>
  confidenceSequence(
    { mean: 0, standardError: 1 / Math.sqrt(observations) },
    { plannedStandardError: 1 / Math.sqrt(500) },
  ).high

/** The chance, over 2,000 streams of 1,000 normal observations of mean 0, that any look sees 0 outside. */
function misses(radius: (observations: number) => number): number {
  const runs = 2000
  let missed = 0
  for (let run = 0; run < runs; run++) {
    const random = createRandom('stream of nothing', run)
    let sum = 0
    for (let n = 1; n <= 1000; n++) {
      sum += random.normal()
      if (Math.abs(sum / n) > radius(n)) {
        missed++
        break
      }
    }
  }
  return missed / runs
}

describe('the confidence sequence', () => {
  test.each([
    // The formula of theorem 2.2 as printed, in observations, computed with numpy for planned t* = 500.
    [50, 0.5451870546427807],
    [500, 0.13573867256799613],
    [5000, 0.04584488837691139],
  ])('has the radius of the paper after %i observations', (observations, radius) => {
    expect(radiusAt(observations)).toBeCloseTo(radius, 10)
  })

  test('is no wider than at any other planned error where it was planned', () => {
    const at = (planned: number) =>
      confidenceSequence({ mean: 0, standardError: 1 }, { plannedStandardError: planned }).high
    for (const other of [0.5, 0.9, 1.1, 2]) expect(at(other)).toBeGreaterThan(at(1) - 1e-3)
  })

  test('misses in at most 5 % of streams looked at after every observation; the fixed interval in most', () => {
    expect(misses(radiusAt)).toBeLessThanOrEqual(0.05)
    expect(misses((observations) => 1.96 / Math.sqrt(observations))).toBeGreaterThan(0.4)
  })

  test('is infinite without data', () => {
    const none = confidenceSequence(
      { mean: Number.NaN, standardError: Number.NaN },
      { plannedStandardError: 1 },
    )
    expect(none).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY })
  })

  test('costs about half as much width again as looking once', () => {
    expect(priceOfPeeking()).toBeCloseTo((radiusAt(500) * Math.sqrt(500)) / 1.959964, 5)
  })
})
