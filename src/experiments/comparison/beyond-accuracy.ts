// What lists are like besides being right.
import { type CsrMatrix, columnCounts, rowLength, transpose } from '../../interactions/csr-matrix.ts'
import { createRandom } from '../../random/random.ts'
import { mean } from '../../statistics/mean.ts'

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
}

const usersForDiversity = 300

/** @param train users × items, what the lists were learned from */
export function createBeyondAccuracy(
  train: CsrMatrix,
): (tops: readonly Int32Array[], size: number) => BeyondAccuracy {
  const counts = columnCounts(train)
  const byItem = transpose(train)
  return (tops, size) => {
    const lists = tops.map((top) => top.subarray(0, size)).filter((list) => list.length > 0)
    const random = createRandom('users for diversity')
    const some = [...random.permutation(lists.length).subarray(0, usersForDiversity)].map(
      (user) => lists[user]!,
    )
    return {
      coverage: new Set(lists.flatMap((list) => [...list])).size / train.columns,
      novelty: mean(
        lists.map((list) => mean(Array.from(list, (item) => surprise(counts[item]!, train.rows)))),
      ),
      diversity: mean(some.map((list) => meanDistance(list, byItem))),
    }
  }
}

/** An item that nobody knows counts as known by one. */
function surprise(count: number, users: number): number {
  return -Math.log2(Math.max(1, count) / users)
}

function meanDistance(list: Int32Array, byItem: CsrMatrix): number {
  const distances: number[] = []
  for (let a = 0; a < list.length; a++)
    for (let b = 0; b < a; b++) distances.push(1 - cosine(byItem, list[a]!, list[b]!))
  return distances.length === 0 ? 0 : mean(distances)
}

/** Of two rows as sets of columns. */
function cosine(matrix: CsrMatrix, a: number, b: number): number {
  const { offsets, indices } = matrix
  let [both, i, j] = [0, offsets[a]!, offsets[b]!]
  while (i < offsets[a + 1]! && j < offsets[b + 1]!) {
    const order = indices[i]! - indices[j]!
    if (order === 0) both++
    if (order <= 0) i++
    if (order >= 0) j++
  }
  return both === 0 ? 0 : both / Math.sqrt(rowLength(matrix, a) * rowLength(matrix, b))
}
