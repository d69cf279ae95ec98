import { type Anchors, forEachNearest } from './nearest.ts'

/**
 * How far the neighbors in a layout are neighbors among the original points: 1 where all of them are, about 0.5 for a random
 * layout. T(k) = 1 − 2 / (n k (2n − 3k − 1)) Σ_i Σ_{j ∈ U_k(i)} (r(i, j) − k), where U_k(i) has those of the k nearest points
 * of i in the layout that are not among its k nearest original points, and r(i, j) is the rank of j among these (Venna and
 * Kaski, "Neighborhood preservation in nonlinear projection methods", ICANN 2001).
 *
 * @param k below n / 2
 * @throws RangeError if there are too few points for `k`
 */
export async function trustworthiness(original: Anchors, layout: Anchors, k: number): Promise<number> {
  const n = original.points.length / original.dimensions
  if (k >= n / 2) throw new RangeError(`Trustworthiness of ${k} neighbors needs more than ${n} points`)
  const nearby: Int32Array[] = []
  await forEachNearest(layout, layout.points, k + 1, (neighbors, point) => {
    nearby[point] = neighbors.filter((other) => other !== point).slice(0, k)
  })
  let penalty = 0
  const ranks = new Int32Array(n)
  await forEachNearest(original, original.points, n, (neighbors, point) => {
    let rank = 0
    for (const other of neighbors) ranks[other] = other === point ? 0 : ++rank
    for (const other of nearby[point]!) penalty += Math.max(0, ranks[other]! - k)
  })
  return 1 - (2 * penalty) / (n * k * (2 * n - 3 * k - 1))
}
