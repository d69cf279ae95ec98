import normalCdf from '@stdlib/stats-base-dists-normal-cdf'

export interface WilcoxonTest {
  readonly pValue: number
  /** Matched-pairs rank-biserial correlation, −1 to 1: the share of ranks with a positive sign less the share with a negative sign. */
  readonly effectSize: number
}

/**
 * The signed-rank test of whether paired differences are symmetric about zero: Wilcoxon, Individual Comparisons
 * by Ranking Methods (1945), by the normal approximation with correction for ties, zeros dropped. For more than
 * about twenty differences.
 */
export function wilcoxonTest(differences: ArrayLike<number>): WilcoxonTest {
  const nonZero = Float64Array.from(differences).filter((difference) => difference !== 0)
  const size = nonZero.length
  const bySize = nonZero.sort((a, b) => Math.abs(a) - Math.abs(b))
  let [positive, ties] = [0, 0]
  for (let start = 0; start < size; ) {
    const end = endOfTie(bySize, start)
    const rank = (start + 1 + end) / 2
    for (let n = start; n < end; n++) if (bySize[n]! > 0) positive += rank
    ties += (end - start) ** 3 - (end - start)
    start = end
  }
  const total = (size * (size + 1)) / 2
  const deviation = Math.sqrt((total * (2 * size + 1)) / 12 - ties / 48)
  return {
    pValue: size === 0 ? 1 : 2 * normalCdf(-Math.abs(positive - total / 2) / deviation, 0, 1),
    effectSize: size === 0 ? 0 : (2 * positive) / total - 1,
  }
}

function endOfTie(bySize: Float64Array, start: number): number {
  let end = start + 1
  while (end < bySize.length && Math.abs(bySize[end]!) === Math.abs(bySize[start]!)) end++
  return end
}
