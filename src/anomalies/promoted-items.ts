import quantile from '@stdlib/stats-base-dists-normal-quantile'
import { type CsrMatrix, rowOf } from '../interactions/csr/csr-matrix.ts'
import { transpose } from '../interactions/csr/transpose.ts'

/** An item whose promoting or demoting values come from more unusual users than its other values: see `extremeValues`. */
export interface PromotedItem {
  readonly item: number
  readonly rated: 'highest' | 'lowest'
  /** The number of its ratings with such a value, and of all its ratings. */
  readonly extremes: number
  readonly ratings: number
  /**
   * The probability that a user who gave the extreme rating is more unusual than a user who gave another one: 0.5
   * where the rating says nothing of the user.
   */
  readonly probability: number
}

/**
 * Finds the items that an attack promotes or demotes: the two-sample test of Mann and Whitney (1947) on the users'
 * distances, for each item, at 0.1 % over all tests together (Bonferroni).
 *
 * @param distances how unusual each user is
 * @param extremes the `extremeValues` of the entries of `ratings`
 * @returns the item with the strongest evidence first
 */
export function findPromotedItems(
  ratings: CsrMatrix,
  distances: Float64Array,
  extremes: Int8Array,
): PromotedItem[] {
  const ranks = ranksOf(distances)
  const byItem = transpose({ ...ratings, values: Float32Array.from(extremes) })
  const limit = quantile(1 - errorRate / (2 * ratings.columns), 0, 1)
  const found: (PromotedItem & { readonly z: number })[] = []
  for (let item = 0; item < byItem.rows; item++) {
    const { indices, values } = rowOf(byItem, item)
    const users = indices.map((user) => ranks[user]!)
    for (const rated of ['highest', 'lowest'] as const) {
      const test = compareRanks(users, (n) => values[n] === (rated === 'highest' ? 1 : -1))
      if (test.z > limit)
        found.push({
          item,
          rated,
          extremes: test.size,
          ratings: users.length,
          probability: test.probability,
          z: test.z,
        })
    }
  }
  return found.sort((a, b) => b.z - a.z).map(({ z: _, ...promoted }) => promoted)
}

const errorRate = 0.001

function ranksOf(distances: Float64Array): Int32Array {
  const ranks = new Int32Array(distances.length)
  const order = Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]! || a - b)
  for (const [rank, user] of order.entries()) ranks[user] = rank
  return ranks
}

function compareRanks(ranks: Int32Array, isIn: (n: number) => boolean) {
  const order = Array.from(ranks.keys()).sort((a, b) => ranks[a]! - ranks[b]!)
  let [size, sum] = [0, 0]
  for (const [place, n] of order.entries())
    if (isIn(n)) {
      size++
      sum += place + 1
    }
  const pairs = size * (ranks.length - size)
  if (pairs === 0) return { size, probability: 0.5, z: 0 }
  const above = sum - (size * (size + 1)) / 2
  return {
    size,
    probability: above / pairs,
    z: (above - pairs / 2) / Math.sqrt((pairs * (ranks.length + 1)) / 12),
  }
}
