import { type CsrMatrix, columnCounts, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { correlation } from '../statistics/correlation.ts'

/** How well synthetic users resemble real ones as a whole. */
export interface Resemblance {
  /** Half the summed difference between the items' shares of all interactions: 0 if equal, 1 if disjoint. */
  readonly popularityDistance: number
  /** The correlation of the shares of users who have both items, over the pairs of the 200 items of most real users. */
  readonly coOccurrenceCorrelation: number
  /** The largest difference between the distribution functions of history lengths (Kolmogorov and Smirnov). */
  readonly lengthDistance: number
}

/** Of positives; users without any are left out. */
export function compareHistories(real: CsrMatrix, synthetic: CsrMatrix): Resemblance {
  const [counts, drawn] = [columnCounts(real), columnCounts(synthetic)]
  let distance = 0
  for (let item = 0; item < counts.length; item++)
    distance += Math.abs(counts[item]! / real.indices.length - drawn[item]! / synthetic.indices.length) / 2
  const most = Array.from(counts.keys())
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, 200)
  return {
    popularityDistance: distance,
    coOccurrenceCorrelation: correlation(coOccurrence(real, most), coOccurrence(synthetic, most)),
    lengthDistance: distributionDistance(lengthsOf(real), lengthsOf(synthetic)),
  }
}

/** The share of users with both items, for each pair of `items`. */
function coOccurrence(matrix: CsrMatrix, items: readonly number[]): Float64Array {
  const places = new Int32Array(matrix.columns).fill(-1)
  for (const [place, item] of items.entries()) places[item] = place
  const shares = new Float64Array(items.length ** 2)
  for (let user = 0; user < matrix.rows; user++) {
    const present = rowIndices(matrix, user)
      .map((item) => places[item]!)
      .filter((place) => place >= 0)
    for (const a of present)
      for (const b of present) if (a < b) shares[a * items.length + b]! += 1 / matrix.rows
  }
  return shares.filter((_, n) => Math.floor(n / items.length) < n % items.length)
}

function lengthsOf(matrix: CsrMatrix): Int32Array {
  return Int32Array.from({ length: matrix.rows }, (_, user) => rowLength(matrix, user))
    .filter((length) => length > 0)
    .sort()
}

/** Of two ascending samples. */
function distributionDistance(a: Int32Array, b: Int32Array): number {
  let [largest, m, n] = [0, 0, 0]
  while (m < a.length && n < b.length) {
    const value = Math.min(a[m]!, b[n]!)
    while (a[m] === value) m++
    while (b[n] === value) n++
    largest = Math.max(largest, Math.abs(m / a.length - n / b.length))
  }
  return largest
}
