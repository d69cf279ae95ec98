import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { robustDistances } from '../../src/statistics/robust-distance.ts'

const random = createRandom('robust distance')
const normal = (count: number) => Float64Array.from({ length: count }, () => random.normal())

describe('robustDistances', () => {
  test('of correlated normal variables follow the χ distribution', () => {
    const [a, b] = [normal(20_000), normal(20_000)]
    const distances = robustDistances([a.map((x) => 5 + 3 * x), a.map((x, n) => 100 * (x + 0.2 * b[n]!))])
    const shareAbove = (limit: number) => distances.filter((d) => d > limit).length / distances.length
    // with two variables P(d > t) = exp(−t²/2)
    for (const limit of [0.5, 1, 2, 2.5])
      expect(shareAbove(limit)).toBeCloseTo(Math.exp((-limit * limit) / 2), 1)
    expect(shareAbove(3)).toBeCloseTo(Math.exp(-4.5), 2)
    // each distance is that of the two independent variables
    const exact = a.map((x, n) => Math.hypot(x, b[n]!))
    expect(Math.max(...distances.map((d, n) => Math.abs(d - exact[n]!) / (1 + exact[n]!)))).toBeLessThan(0.1)
  })

  test('a fifth of the points far away moves neither center nor scale', () => {
    const values = [normal(1000), normal(1000)]
    const clean = robustDistances(values)
    const contaminated = robustDistances(
      values.map((column) => column.map((value, n) => (n % 5 === 0 ? 40 + 0.1 * value : value))),
    )
    expect(Math.min(...contaminated.filter((_, n) => n % 5 === 0))).toBeGreaterThan(20)
    const rest = (distances: Float64Array) => distances.filter((_, n) => n % 5 !== 0).toSorted()
    expect(rest(contaminated)[400]! / rest(clean)[400]!).toBeGreaterThan(0.7)
    expect(rest(contaminated)[400]! / rest(clean)[400]!).toBeLessThan(1.3)
  })

  test('leave out what does not vary, and are 0 if nothing does', () => {
    const values = normal(100)
    expect(robustDistances([values, new Float64Array(100).fill(4)])).toEqual(robustDistances([values]))
    expect([...robustDistances([new Float64Array(3).fill(4)])]).toEqual([0, 0, 0])
    expect([...robustDistances([values, values])].every(Number.isFinite)).toBe(true)
    expect([...robustDistances([Float64Array.of(7)])]).toEqual([0])
  })
})
