import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'

const draw = (size: number, next: () => number) => Array.from({ length: size }, next)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const correlation = (a: readonly number[], b: readonly number[]) =>
  mean(a.map((value, index) => (value - 0.5) * (b[index]! - 0.5))) * 12
const chiSquare = (counts: readonly number[], expected: number) =>
  counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)

function histogram(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) counts[Math.floor(value * bins)]!++
  return counts
}

describe('createRandom', () => {
  test('gives the same draws for the same parts', () => {
    const again = createRandom(7, 'epoch', 3)
    expect(draw(5, createRandom(7, 'epoch', 3).uniform)).toEqual(draw(5, again.uniform))
  })

  test('distinguishes parts from their concatenation', () => {
    expect(createRandom(1, 23).uniform()).not.toBe(createRandom(12, 3).uniform())
  })

  test('is uniform', () => {
    const values = draw(100_000, createRandom(1).uniform)
    expect(Math.min(...values.slice(0, 1000))).toBeGreaterThanOrEqual(0)
    // 99.99 % point of χ² with 99 degrees of freedom.
    expect(chiSquare(histogram(values, 100), 1000)).toBeLessThan(161.3)
  })

  test('is uniform in each early draw over neighboring streams, without correlation between neighbors', () => {
    for (const nth of [0, 1, 2]) {
      const first = draw(20_000, () => 0).map((_, stream) => {
        const random = createRandom('stream', stream)
        for (let skipped = 0; skipped < nth; skipped++) random.uniform()
        return random.uniform()
      })
      expect(chiSquare(histogram(first, 100), 200)).toBeLessThan(161.3)
      expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(20_000))
    }
  })

  test('gives seeds that differ in one bit streams without correlation', () => {
    for (let bit = 0; bit < 31; bit++) {
      const a = draw(2000, createRandom(12_345).uniform)
      const b = draw(2000, createRandom(12_345 ^ (1 << bit)).uniform)
      expect(Math.abs(correlation(a, b))).toBeLessThan(4.5 / Math.sqrt(2000))
    }
  })

  test('gives a hundred thousand streams a hundred thousand first draws', () => {
    const first = new Set<string>()
    for (let stream = 0; stream < 100_000; stream++) {
      const random = createRandom(1, stream)
      first.add(`${random.uniform()} ${random.uniform()}`)
    }
    expect(first.size).toBe(100_000)
  })

  test('draws normal numbers with mean 0, variance 1 and no skew', () => {
    const values = draw(100_000, createRandom(2).normal)
    expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(100_000))
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan((4 * Math.sqrt(2)) / 316)
    expect(Math.abs(mean(values.map((value) => value ** 3)))).toBeLessThan((4 * Math.sqrt(15)) / 316)
    expect(Math.abs(mean(values.map((value) => value ** 4)) - 3)).toBeLessThan((4 * Math.sqrt(96)) / 316)
  })

  test('draws every integer below the bound equally often', () => {
    const random = createRandom(3)
    const counts = new Array<number>(7).fill(0)
    for (let n = 0; n < 70_000; n++) counts[random.integer(7)]!++
    // 99.99 % point of χ² with 6 degrees of freedom.
    expect(chiSquare(counts, 10_000)).toBeLessThan(27.9)
  })

  test('draws all orders of four equally often', () => {
    const random = createRandom(4)
    const counts = new Map<string, number>()
    for (let n = 0; n < 24_000; n++) {
      const order = random.permutation(4).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    // 99.99 % point of χ² with 23 degrees of freedom.
    expect(chiSquare([...counts.values()], 1000)).toBeLessThan(56)
  })
})
