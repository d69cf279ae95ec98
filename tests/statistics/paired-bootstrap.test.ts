import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { pairedBootstrap } from '../../src/statistics/paired-bootstrap.ts'

describe('the paired bootstrap', () => {
  test('gives about the interval of the normal theory for many units', () => {
    const random = createRandom('units')
    const b = Array.from({ length: 4_000 }, () => random.normal() * 3)
    const a = b.map((value) => value + 0.2 + random.normal())
    const { mean, low, high } = pairedBootstrap(a, b, { random })
    const differences = a.map((value, n) => value - b[n]!)
    const average = differences.reduce((sum, d) => sum + d, 0) / a.length
    const deviation = Math.sqrt(differences.reduce((sum, d) => sum + (d - average) ** 2, 0) / (a.length - 1))
    const halfWidth = (1.96 * deviation) / Math.sqrt(a.length)
    expect(mean).toBeCloseTo(average, 10)
    expect(Math.abs(mean - low - halfWidth)).toBeLessThan(0.1 * halfWidth)
    expect(Math.abs(high - mean - halfWidth)).toBeLessThan(0.1 * halfWidth)
  })

  test('covers the truth about as often as it says', () => {
    let covered = 0
    for (let world = 0; world < 300; world++) {
      const random = createRandom('world', world)
      const a = Array.from({ length: 60 }, () => random.normal() + 0.5)
      const { low, high } = pairedBootstrap(a, new Float64Array(60), {
        random,
        confidence: 0.9,
        resamples: 400,
      })
      if (low <= 0.5 && 0.5 <= high) covered++
    }
    expect(covered / 300).toBeGreaterThan(0.84)
    expect(covered / 300).toBeLessThan(0.95)
  })

  test('refuses lists that are no pairs', () => {
    expect(() => pairedBootstrap([1, 2], [1], { random: createRandom(1) })).toThrow('not 2 and 1 values')
  })
})
