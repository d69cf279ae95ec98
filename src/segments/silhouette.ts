/**
 * The mean silhouette of points, (b − a) / max(a, b): a is the mean distance to the other points of the same cluster, b the
 * smallest mean distance to the points of another cluster; 0 for a point that is alone in its cluster (Rousseeuw 1987).
 *
 * @returns 0 if there are fewer than two clusters
 */
export function meanSilhouette(
  points: readonly (readonly number[])[],
  clusters: ArrayLike<number>,
  k: number,
): number {
  const sizes = new Int32Array(k)
  for (let n = 0; n < points.length; n++) sizes[clusters[n]!]!++
  if (sizes.filter((size) => size > 0).length < 2) return 0
  let total = 0
  for (let n = 0; n < points.length; n++) {
    const sums = new Float64Array(k)
    for (let other = 0; other < points.length; other++)
      sums[clusters[other]!]! += distance(points[n]!, points[other]!)
    const cluster = clusters[n]!
    if (sizes[cluster]! < 2) continue
    const a = sums[cluster]! / (sizes[cluster]! - 1)
    const others = [...sums.keys()].filter((other) => other !== cluster && sizes[other]! > 0)
    const b = Math.min(...others.map((other) => sums[other]! / sizes[other]!))
    total += a === b ? 0 : (b - a) / Math.max(a, b)
  }
  return total / points.length
}

function distance(a: readonly number[], b: readonly number[]): number {
  let squares = 0
  for (let d = 0; d < a.length; d++) squares += (a[d]! - b[d]!) ** 2
  return Math.sqrt(squares)
}
