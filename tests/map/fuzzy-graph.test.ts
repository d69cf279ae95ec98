import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { fuzzyGraph } from '../../src/map/fuzzy-graph.ts'
import { createRandom } from '../../src/random/random.ts'

beforeAll(() => useBackend('cpu'))

/** The strengths of the k − 1 nearest others, from the definition: sigma by a search on a fine grid of its logarithm. */
function strengthsByDefinition(distances: readonly number[], k: number): number[] {
  const rho = Math.min(...distances)
  const strengths = (sigma: number) => distances.map((d) => Math.exp(-Math.max(0, d - rho) / sigma))
  const error = (sigma: number) =>
    Math.abs(strengths(sigma).reduce((sum, value) => sum + value, 0) - Math.log2(k))
  const grid = Array.from({ length: 20_001 }, (_, n) => Math.exp(-8 + n / 2000))
  return strengths(grid.reduce((best, sigma) => (error(sigma) < error(best) ? sigma : best)))
}

test('an edge has the fuzzy union of the strengths that its ends give each other', async () => {
  const [n, k] = [12, 5]
  const random = createRandom('points')
  const points = Float32Array.from({ length: 2 * n }, () => random.normal())
  const distance = (p: number, q: number) =>
    Math.hypot(points[2 * p]! - points[2 * q]!, points[2 * p + 1]! - points[2 * q + 1]!)
  const strengths = Array.from({ length: n }, (_, point) => {
    const others = Array.from({ length: n }, (_, other) => other)
      .filter((other) => other !== point)
      .sort((p, q) => distance(point, p) - distance(point, q))
      .slice(0, k - 1)
    const values = strengthsByDefinition(
      others.map((other) => distance(point, other)),
      k,
    )
    return new Map(others.map((other, at) => [other, values[at]!]))
  })
  const graph = await fuzzyGraph({ dimensions: 2, points }, k)
  const found = new Map(
    Array.from(graph.from, (from, edge) => [`${from} ${graph.to[edge]}`, graph.weights[edge]!]),
  )
  expect(found.size).toBe(graph.from.length)
  for (let p = 0; p < n; p++)
    for (let q = 0; q < n; q++) {
      const [a, b] = [strengths[p]!.get(q) ?? 0, strengths[q]!.get(p) ?? 0]
      expect(found.get(`${p} ${q}`) ?? 0, `from ${p} to ${q}`).toBeCloseTo(a + b - a * b, 3)
    }
})

test('equal points are neighbors of strength 1', async () => {
  const points = Float32Array.of(0, 0, 0, 0, 0, 0, 5, 5)
  const { from, to, weights } = await fuzzyGraph({ dimensions: 2, points }, 3)
  const equal = Array.from(weights).filter((_, edge) => from[edge]! < 3 && to[edge]! < 3)
  expect(equal).toEqual(new Array(6).fill(1))
  expect(weights.every(Number.isFinite)).toBe(true)
})
