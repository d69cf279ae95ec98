// What lists are like besides being right.
import { type CsrMatrix, columnCounts, rowIndices } from '../interactions/csr/csr-matrix.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { createRandom } from '../random/random.ts'
import { mean } from '../statistics/mean.ts'

export interface BeyondAccuracy {
  /** The share of all items that anybody is shown. */
  readonly coverage: number
  /**
   * Mean self-information −log2 of the share of training users who know the item, in bits: Vargas and Castells, Rank
   * and Relevance in Novelty and Diversity Metrics (RecSys 2011).
   */
  readonly novelty: number
  /** Mean over pairs of a list of 1 − cosine of the two items' columns of training users. */
  readonly diversity: number
  /**
   * How much more popular than the user's history the list is, by the mean count of training ratings, less one; the
   * mean over users with a history: Abdollahpouri et al., The Unfairness of Popularity Bias in Recommendation (RMSE
   * workshop at RecSys 2019).
   */
  readonly popularityLift: number
  /**
   * How far the list departs from the user's own mixture of popular, middling and rare items: the Jensen–Shannon
   * divergence of the two mixtures in bits, 0 where they agree and 1 where they share nothing; the mean over users with
   * a history: Abdollahpouri et al., User-centered Evaluation of Popularity Bias in Recommender Systems (UMAP 2021).
   */
  readonly miscalibration: number
}

const usersForDiversity = 300

/**
 * @param train users × items, what the lists were learned from
 * @returns a function of one list of item numbers for each user and of the users' histories in the same order, which
 *   describes the first `size` places
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
    const shown = cut.filter((list) => list.length > 0)
    const random = createRandom('users for diversity')
    const some = [...random.permutation(shown.length).subarray(0, usersForDiversity)]
    const pairs = cut
      .map((list, user) => ({ list, own: rowIndices(histories, user) }))
      .filter(({ list, own }) => list.length > 0 && own.length > 0)
    return {
      coverage: countDistinct(shown, train.columns) / train.columns,
      novelty: mean(shown.map((list) => meanOf(list, (item) => surprise(counts[item]!, train.rows)))),
      diversity: mean(some.map((user) => meanDistance(shown[user]!, byItem, sum))),
      popularityLift: mean(pairs.map(({ list, own }) => lift(list, own, counts))),
      miscalibration: mean(
        pairs.map(({ list, own }) => divergence(mixture(list, groups), mixture(own, groups))),
      ),
    }
  }
}

function countDistinct(lists: readonly Int32Array[], items: number): number {
  const seen = new Uint8Array(items)
  for (const list of lists) for (const item of list) seen[item] = 1
  return seen.reduce((sum, one) => sum + one, 0)
}

function meanOf(list: Int32Array, value: (item: number) => number): number {
  let sum = 0
  for (const item of list) sum += value(item)
  return sum / list.length
}

/** An item that nobody knows counts as known by one. */
function surprise(count: number, users: number): number {
  return -Math.log2(Math.max(1, count) / users)
}

/** A history of items that nobody in training knows counts as if one user did. */
function lift(list: Int32Array, own: Int32Array, counts: Int32Array): number {
  const count = (item: number) => counts[item]!
  return meanOf(list, count) / Math.max(1, meanOf(own, count)) - 1
}

/** 0 for the most rated items that have a fifth of all ratings between them, 2 for the least rated that have a fifth, 1 between. */
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
