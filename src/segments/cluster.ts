import { setImmediate } from 'node:timers/promises'
import { kmeans } from 'ml-kmeans'
import { adjustedRandIndex } from './adjusted-rand-index.ts'
import { meanSilhouette } from './silhouette.ts'

export interface Clustering {
  /** At most k × dimensions: a mean of fewer than `minClusterSize` points would be close to a point of its own. */
  readonly centroids: readonly (readonly number[])[]
  readonly silhouette: number
  /** See `Segmentation`. */
  readonly stability: number
}

export const maxSegments = 12
export const minClusterSize = 5

/**
 * k-means, started by k-means++ from five seeds; the clustering with the smallest sum of squared distances counts.
 *
 * @param points a sample in random order, at least `minClusterSize` for each cluster
 * @param k the number of clusters, or `auto` for the one from 2 to 12 whose clustering from the first seed has the highest
 *   silhouette
 */
export async function cluster(
  points: readonly number[][],
  k: number | 'auto',
  seed: number,
): Promise<Clustering> {
  const chosen = k === 'auto' ? await chooseCount(points, seed) : k
  const runs: Run[] = []
  for (let run = 0; run < seeds; run++) runs.push(await runOnce(points, chosen, seed * seeds + run))
  const best = runs.reduce((a, b) => (b.error < a.error ? b : a))
  const pairs = runs.flatMap((a, n) =>
    runs.slice(n + 1).map((b) => adjustedRandIndex(a.clusters, b.clusters)),
  )
  return {
    centroids: best.centroids.filter((_, cluster) => sizeOf(best, cluster) >= minClusterSize),
    silhouette: silhouetteOf(points, best, chosen),
    stability: pairs.reduce((sum, index) => sum + index, 0) / pairs.length,
  }
}

const seeds = 5
const maxMeasured = 1000

interface Run {
  readonly clusters: readonly number[]
  readonly centroids: readonly (readonly number[])[]
  /** The sum of the squared distances to the centroids. */
  readonly error: number
}

function sizeOf({ clusters }: Run, cluster: number): number {
  return clusters.filter((other) => other === cluster).length
}

async function chooseCount(points: readonly number[][], seed: number): Promise<number> {
  let best = { k: 2, silhouette: Number.NEGATIVE_INFINITY }
  for (let k = 2; k <= Math.min(maxSegments, points.length / minClusterSize); k++) {
    const silhouette = silhouetteOf(points, await runOnce(points, k, seed * seeds), k)
    if (silhouette > best.silhouette) best = { k, silhouette }
  }
  return best.k
}

async function runOnce(points: readonly number[][], k: number, seed: number): Promise<Run> {
  await setImmediate()
  const { clusters, centroids } = kmeans([...points], k, { seed, maxIterations: 100 })
  return { clusters, centroids, error: errorOf(points, clusters, centroids) }
}

function silhouetteOf(points: readonly number[][], { clusters }: Run, k: number): number {
  return meanSilhouette(points.slice(0, maxMeasured), clusters.slice(0, maxMeasured), k)
}

function errorOf(
  points: readonly number[][],
  clusters: readonly number[],
  centroids: readonly number[][],
): number {
  return points.reduce((sum, point, n) => sum + squaredDistance(point, centroids[clusters[n]!]!), 0)
}

/** The centroid nearest to a point. */
export function nearestCentroid(centroids: readonly (readonly number[])[], point: ArrayLike<number>): number {
  let nearest = 0
  let smallest = Number.POSITIVE_INFINITY
  for (const [n, centroid] of centroids.entries()) {
    const distance = squaredDistance(point, centroid)
    if (distance >= smallest) continue
    smallest = distance
    nearest = n
  }
  return nearest
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0
  for (let d = 0; d < a.length; d++) squares += (a[d]! - b[d]!) ** 2
  return squares
}
