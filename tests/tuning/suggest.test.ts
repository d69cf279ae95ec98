import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { createParzenEstimator } from '../../src/tuning/parzen-estimator.ts'
import type { Point, SearchSpace } from '../../src/tuning/search-space.ts'
import { type Observation, suggestByTpe, suggestRandomly } from '../../src/tuning/suggest.ts'

const number = (name: string) =>
  ({ kind: 'number', name, from: 0, to: 1, scale: 'linear', whole: false }) as const
const space: SearchSpace = [
  number('x'),
  number('y'),
  { kind: 'choice', name: 'way', choices: ['a', 'b', 'c'] },
]

/** 0 at one point only; wrong choices add a constant. */
function loss([x, y, way]: Point): number {
  return (x! - 0.3) ** 2 + (y! - 0.8) ** 2 + (way === 1 ? 0 : 0.1)
}

function trialsUntil(found: number, suggest: typeof suggestByTpe, seed: number): number {
  const seen: Observation[] = []
  while (!seen.some((observation) => observation.loss < found) && seen.length < 200) {
    const point = suggest(space, seen, createRandom(seed, seen.length))
    seen.push({ point, loss: loss(point) })
  }
  return seen.length
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

describe('the tree-structured Parzen estimator', () => {
  test('finds the optimum of a known function in less than half the trials of a random search', () => {
    const seeds = Array.from({ length: 21 }, (_, seed) => seed)
    const tpe = median(seeds.map((seed) => trialsUntil(0.01, suggestByTpe, seed)))
    const random = median(
      seeds.map((seed) =>
        trialsUntil(0.01, (searched, _seen, draws) => suggestRandomly(searched, draws), seed),
      ),
    )
    expect(tpe).toBeLessThan(random / 2)
  })

  test('suggests the same with the same seed and observations', () => {
    const random = createRandom(5)
    const seen = Array.from({ length: 20 }, () => suggestRandomly(space, random)).map((point) => ({
      point,
      loss: loss(point),
    }))
    const suggestions = [1, 1, 2].map((seed) => suggestByTpe(space, seen, createRandom(seed)))
    expect(suggestions[1]).toEqual(suggestions[0])
    expect(suggestions[2]).not.toEqual(suggestions[0])
  })

  test('avoids points near failed trials', () => {
    const seen = Array.from({ length: 40 }, (_, n) => ({
      point: [(n + 0.5) / 40, 0.5, 0],
      loss: n < 20 ? Number.POSITIVE_INFINITY : 1,
    }))
    const drawn = Array.from({ length: 50 }, (_, n) => suggestByTpe(space, seen, createRandom(n))[0]!)
    expect(median(drawn)).toBeGreaterThan(0.5)
  })
})

describe('the density', () => {
  const estimator = createParzenEstimator(space, [
    [0.05, 0.9, 2],
    [0.4, 0.9, 2],
  ])
  const steps = 60
  const grid = Array.from({ length: steps }, (_, n) => (n + 0.5) / steps)
  const cells = grid.flatMap((x) => grid.flatMap((y) => [0, 1, 2].map((way) => [x, y, way])))

  test('integrates to 1 over the whole space', () => {
    const total = cells.reduce((sum, point) => sum + Math.exp(estimator.logDensity(point)) / steps ** 2, 0)
    expect(total).toBeCloseTo(1, 3)
  })

  test('is the density of its samples', () => {
    const random = createRandom(1)
    const samples = Array.from({ length: 4000 }, () => estimator.sample(random))
    const inBox = ([x, y, way]: Point) => x! < 0.5 && y! > 0.7 && way === 2
    const expected = cells
      .filter(inBox)
      .reduce((sum, point) => sum + Math.exp(estimator.logDensity(point)) / steps ** 2, 0)
    expect(samples.filter(inBox).length / samples.length).toBeCloseTo(expected, 1)
    expect(samples.flat().every((x) => x >= 0 && x <= 2)).toBe(true)
  })
})
