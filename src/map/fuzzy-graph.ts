// The weighted graph of neighbors that UMAP lays out.
import type { Anchors } from './nearest.ts'
import { forEachNearest } from './nearest.ts'

/** Edges in both directions, with the fuzzy union of the membership strengths of the two, in (0, 1]. */
export interface FuzzyGraph {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly weights: Float64Array
}

/**
 * McInnes, Healy and Melville 2018, section 3.1: the strength of a neighbor at distance d is exp(−max(0, d − ρ) / σ), where ρ
 * is the distance to the nearest other point and σ is such that the strengths of all neighbors sum to log₂ k. The union of
 * strengths a and b is a + b − ab.
 *
 * @param k the number of neighbors, with the point itself
 */
export async function fuzzyGraph(points: Anchors, k: number): Promise<FuzzyGraph> {
  const n = points.points.length / points.dimensions
  const neighbors: Int32Array[] = []
  const distances: Float64Array[] = []
  await forEachNearest(points, points.points, k, (nearest, point) => {
    neighbors[point] = nearest.filter((other) => other !== point).slice(0, k - 1)
    distances[point] = Float64Array.from(neighbors[point]!, (other) => distance(points, point, other))
  })
  const meanDistance = distances.reduce((sum, row) => sum + sumOf(row), 0) / (n * k)
  const strengths = Array.from({ length: n }, () => new Map<number, number>())
  for (let point = 0; point < n; point++) {
    const values = strengthsOf(distances[point]!, k, meanDistance)
    for (const [at, other] of neighbors[point]!.entries()) strengths[point]!.set(other, values[at]!)
  }
  return unite(strengths)
}

function distance({ dimensions, points }: Anchors, a: number, b: number): number {
  let squares = 0
  for (let d = 0; d < dimensions; d++)
    squares += (points[a * dimensions + d]! - points[b * dimensions + d]!) ** 2
  return Math.sqrt(squares)
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

/** As in UMAP's reference implementation. */
const tolerance = 1e-5
const minScale = 1e-3

/** @param distances to the neighbors without the point itself, in any order */
function strengthsOf(distances: Float64Array, k: number, meanDistance: number): Float64Array {
  const positive = distances.filter((d) => d > 0)
  const rho = positive.length > 0 ? Math.min(...positive) : 0
  const strengths = (sigma: number) => distances.map((d) => (d <= rho ? 1 : Math.exp((rho - d) / sigma)))
  const target = Math.log2(k)
  let [low, sigma, high] = [0, 1, Number.POSITIVE_INFINITY]
  for (let round = 0; round < 64; round++) {
    const excess = sumOf(strengths(sigma)) - target
    if (Math.abs(excess) < tolerance) break
    if (excess > 0) high = sigma
    else low = sigma
    sigma = high === Number.POSITIVE_INFINITY ? 2 * sigma : (low + high) / 2
  }
  const mean = rho > 0 ? sumOf(distances) / k : meanDistance
  return strengths(Math.max(sigma, minScale * mean))
}

function unite(strengths: readonly ReadonlyMap<number, number>[]): FuzzyGraph {
  const edges: [from: number, to: number, weight: number][] = []
  for (const [point, row] of strengths.entries())
    for (const [other, strength] of row) {
      const opposite = strengths[other]!.get(point)
      const weight = strength + (opposite ?? 0) - strength * (opposite ?? 0)
      edges.push([point, other, weight])
      if (opposite === undefined) edges.push([other, point, weight])
    }
  return {
    from: Int32Array.from(edges, ([from]) => from),
    to: Int32Array.from(edges, ([, to]) => to),
    weights: Float64Array.from(edges, ([, , weight]) => weight),
  }
}
