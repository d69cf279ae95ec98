import { type CsrMatrix, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { transpose } from '../interactions/csr/transpose.ts'

/** Pairs of items that a single real user has, which give away a copy of that user. */
export interface RarePairs {
  /** The largest `shareOf` of a real user, with another real user: what occurs by chance. */
  readonly realShare: number
  /** Of the pairs of these items, the largest share that one real user has and no other real user. */
  shareOf(items: Int32Array): number
}

/**
 * Users of fewer than five items share all of their few pairs with another one by chance, and users who share more than half
 * of them are copies themselves, such as the second account of a person: neither say what occurs by chance.
 *
 * @param real users × items
 */
export function findRarePairs(real: CsrMatrix): RarePairs {
  const owners = transpose(real)
  let realShare = 0
  for (let user = 0; user < real.rows; user++) {
    if (rowLength(real, user) < minItems) continue
    const share = largestShare(owners, rowIndices(real, user), user)
    if (share <= copiedShare) realShare = Math.max(realShare, share)
  }
  return { realShare, shareOf: (items) => largestShare(owners, items, none) }
}

const minItems = 5
const copiedShare = 0.5
const none = -1

/**
 * Of the pairs of the items, the largest share that a single user has.
 *
 * @param owners items × users
 * @param except a user who does not count
 */
function largestShare(owners: CsrMatrix, items: Int32Array, except: number): number {
  const shared = new Map<number, number>()
  let largest = 0
  for (let a = 1; a < items.length; a++)
    for (let b = 0; b < a; b++) {
      const user = soleOwner(owners, items[a]!, items[b]!, except)
      if (user === none) continue
      const count = (shared.get(user) ?? 0) + 1
      shared.set(user, count)
      largest = Math.max(largest, count)
    }
  const pairs = (items.length * (items.length - 1)) / 2
  return pairs === 0 ? 0 : largest / pairs
}

/** The user who has both items; `none` if there is none or more than one. */
function soleOwner(owners: CsrMatrix, a: number, b: number, except: number): number {
  const { offsets, indices } = owners
  const few = rowLength(owners, a) < rowLength(owners, b) ? a : b
  const many = few === a ? b : a
  const end = offsets[many + 1]!
  let found = none
  for (let n = offsets[few]!, from = offsets[many]!; n < offsets[few + 1]! && from < end; n++) {
    const user = indices[n]!
    from = placeOf(indices, user, from, end)
    if (user === except || from === end || indices[from] !== user) continue
    if (found !== none) return none
    found = user
  }
  return found
}

/**
 * The first place from `low` on, before `high`, of a user not below `user`; `high` if there is none. It is usually near `low`,
 * so the steps double before the range is halved.
 */
function placeOf(users: Int32Array, user: number, low: number, high: number): number {
  let step = 1
  while (low + step < high && users[low + step]! < user) step *= 2
  let start = low + (step >> 1)
  let end = Math.min(low + step, high)
  while (start < end) {
    const middle = (start + end) >> 1
    if (users[middle]! < user) start = middle + 1
    else end = middle
  }
  return start
}
