/** By custom, below the first the distribution is stable, and above the second it has shifted. */
export const stablePsi = 0.1
export const shiftedPsi = 0.25

/**
 * How far the distribution `after` has moved from `before`: Σ (p − q) ln(p / q) over the bins, the symmetric
 * Kullback-Leibler divergence (Siddiqi, Credit Risk Scorecards, 2006). Counts, not shares; half a count is added to each bin, so that an empty one does not give infinity.
 *
 * @throws RangeError when the bins differ in number.
 */
export function populationStabilityIndex(before: ArrayLike<number>, after: ArrayLike<number>): number {
  if (before.length !== after.length)
    throw new RangeError(`Two distributions need the same bins, not ${before.length} and ${after.length}`)
  const [p, q] = [sharesOf(after), sharesOf(before)]
  return p.reduce((sum, share, bin) => sum + (share - q[bin]!) * Math.log(share / q[bin]!), 0)
}

function sharesOf(counts: ArrayLike<number>): number[] {
  const smoothed = Array.from(counts, (count) => count + 0.5)
  const total = smoothed.reduce((sum, count) => sum + count, 0)
  return smoothed.map((count) => count / total)
}
