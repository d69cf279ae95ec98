// Properties of recommendation lists besides their accuracy.
import { type CsrMatrix, columnCounts, rowIndices } from '../interactions/csr/csr-matrix.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { createRandom } from '../random/random.ts'
import { mean } from '../statistics/mean.ts'

export interface BeyondAccuracy {
  /** The share of all items that are in any list. */
  readonly coverage: number
  /**
   * Mean self-information −log2 of the share of training users with the item, in bits: Vargas and Castells, Rank
   * and Relevance in Novelty and Diversity Metrics (RecSys 2011).
   */
  readonly novelty: number
  /** Mean over pairs of a list of 1 − cosine of the two items' columns of training users. */
  readonly diversity: number
  /**
   * Mean count of training ratings of the list's items over that of the history's items, minus one; the mean over users
   * with a history: Abdollahpouri et al., The Unfairness of Popularity Bias in Recommendation (RMSE
   * workshop at RecSys 2019).
   */
  readonly popularityLift: number
  /**
   * The Jensen–Shannon divergence, in bits, between the shares of popular, medium and rare items in the list and in the
   * history: 0 if they are equal, 1 if they are disjoint; the mean over users with a history: Abdollahpouri et al., User-centered Evaluation of Popularity Bias in Recommender Systems (UMAP 2021).
   */
  readonly miscalibration: number
}

const usersForDiversity = 300

/**
 * @param train users × items, the training data of the model
 * @returns a function of the users' lists, of their histories in the same order, and of `size`: how many items of each
 *   list count
 */
export function createBeyondAccuracy(
  train: CsrMatrix,
): (lists: readonly Int32Array[], histories: CsrMatrix, size: number) => BeyondAccuracy {
  const counts = columnCounts(train)
  const groups = popularityGroups(counts)
  const byItem = transpose(train)
  const sum = new Float64Array(train.rows)
  return (lists, histories, size) => {
    const cut = lists.map((list) => list.subarray(0, size))
    const nonEmpty = cut.filter((list) => list.length > 0)
    const random = createRandom('users for diversity')
    const sampled = [...random.permutation(nonEmpty.length).subarray(0, usersForDiversity)]
    const pairs = cut
      .map((list, user) => ({ list, history: rowIndices(histories, user) }))
      .filter(({ list, history }) => list.length > 0 && history.length > 0)
    return {
      coverage: countDistinct(nonEmpty, train.columns) / train.columns,
      novelty: mean(nonEmpty.map((list) => meanOf(list, (item) => surprise(counts[item]!, train.rows)))),
      diversity: mean(sampled.map((user) => meanDistance(nonEmpty[user]!, byItem, sum))),
      popularityLift: mean(pairs.map(({ list, history }) => lift(list, history, counts))),
      miscalibration: mean(
        pairs.map(({ list, history }) => divergence(mixture(list, groups), mixture(history, groups))),
      ),
    }
  }
}

function countDistinct(lists: readonly Int32Array[], items: number): number {
  const seen = new Uint8Array(items)
  for (const list of lists) for (const item of list) seen[item] = 1
  return seen.reduce((sum, isSeen) => sum + isSeen, 0)
}

function meanOf(list: Int32Array, value: (item: number) => number): number {
  let sum = 0
  for (const item of list) sum += value(item)
  return sum / list.length
}

/** An item without training users counts as if it had one. */
function surprise(count: number, users: number): number {
  return -Math.log2(Math.max(1, count) / users)
}

/** A history of items without training users counts as if its items had one. */
function lift(list: Int32Array, history: Int32Array, counts: Int32Array): number {
  const count = (item: number) => counts[item]!
  return meanOf(list, count) / Math.max(1, meanOf(history, count)) - 1
}

/** 0 for the most rated items with a fifth of all ratings together, 2 for the least rated with a fifth, 1 between. */
function popularityGroups(counts: Int32Array): Uint8Array {
  const order = Int32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const groups = new Uint8Array(counts.length)
  let before = 0
  for (const item of order) {
    groups[item] = before < 0.2 * total ? 0 : before < 0.8 * total ? 1 : 2
    before += counts[item]!
  }
  return groups
}

function mixture(items: Int32Array, groups: Uint8Array): readonly number[] {
  const shares = [0, 0, 0]
  for (const item of items) shares[groups[item]!]! += 1 / items.length
  return shares
}

/** Jensen–Shannon, in bits. */
function divergence(p: readonly number[], q: readonly number[]): number {
  const middle = p.map((share, group) => (share + q[group]!) / 2)
  return (relativeEntropy(p, middle) + relativeEntropy(q, middle)) / 2
}

function relativeEntropy(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, group) => sum + (share === 0 ? 0 : share * Math.log2(share / q[group]!)), 0)
}

/**
 * Computes the mean of 1 − cosine over the pairs of a list, the items being sets of users. With v_i the indicator vector
 * of item i scaled to length 1, the cosines of all pairs sum to (‖Σ v_i‖² − Σ ‖v_i‖²) / 2. Adding the vectors one after
 * the other to `sum` gives that number as Σ v_i · (v_1 + … + v_i−1), without the difference of two large numbers.
 *
 * @param byItem items × users
 * @param sum one zero for each user; zeros again on return
 */
function meanDistance(list: Int32Array, { offsets, indices }: CsrMatrix, sum: Float64Array): number {
  if (list.length < 2) return 0
  let cosines = 0
  for (const item of list) {
    const end = offsets[item + 1]!
    const share = 1 / Math.sqrt(end - offsets[item]!)
    let product = 0
    for (let n = offsets[item]!; n < end; n++) {
      const user = indices[n]!
      product += sum[user]!
      sum[user]! += share
    }
    if (product > 0) cosines += product * share
  }
  sum.fill(0)
  return 1 - (2 * cosines) / (list.length * (list.length - 1))
}
