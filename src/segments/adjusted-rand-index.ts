import { rollup, sum } from 'd3-array'

/**
 * The agreement of two clusterings of the same points: 1 if they are the same, 0 on average for random ones (Hubert and
 * Arabie, "Comparing partitions", Journal of Classification 1985).
 *
 * @throws RangeError if the numbers of points differ
 */
export function adjustedRandIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`Clusterings of ${a.length} and ${b.length} points`)
  const points = Array.from({ length: a.length }, (_, n) => n)
  const pairsOf = (keyOf: (point: number) => unknown) =>
    sum(rollup(points, (group) => (group.length * (group.length - 1)) / 2, keyOf).values())
  const both = pairsOf((n) => `${a[n]} ${b[n]}`)
  const [inA, inB] = [pairsOf((n) => a[n]), pairsOf((n) => b[n])]
  const all = (points.length * (points.length - 1)) / 2
  const expected = all === 0 ? 0 : (inA * inB) / all
  const largest = (inA + inB) / 2
  return largest === expected ? 1 : (both - expected) / (largest - expected)
}
