import { type CsrMatrix, columnCounts } from '../interactions/csr/csr-matrix.ts'

/**
 * The popularity decile of every item, by its number of training ratings: 0 for the tenth of the items with the most,
 * 9 for that with the fewest.
 *
 * @param train users × items
 */
export function popularityDeciles(train: CsrMatrix): Uint8Array {
  const counts = columnCounts(train)
  const order = Int32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const deciles = new Uint8Array(counts.length)
  for (const [rank, item] of order.entries()) deciles[item] = Math.floor((10 * rank) / counts.length)
  return deciles
}
