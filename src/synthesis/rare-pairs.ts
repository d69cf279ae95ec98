import { type CsrMatrix, rowIndices } from '../interactions/csr/csr-matrix.ts'
import { selectColumns } from '../interactions/csr/select.ts'
import type { Random } from '../random/random.ts'

/** Pairs of items that a single real user has, which give away a copy of that user. */
export interface RarePairs {
  /** The largest `shareOf` of a real user, with another real user: what occurs by chance. */
  readonly realShare: number
  /** Of the pairs of these ascending items, the largest share that one real user has and no other real user. */
  shareOf(items: Int32Array): number
}

/** Of more items a random 6,000 are compared: 108 MB. */
const maxItems = 6000

/** @param real users × items */
export function findRarePairs(real: CsrMatrix, random: Random): RarePairs {
  const columns = random.permutation(real.columns).subarray(0, maxItems).sort()
  const places = new Int32Array(real.columns).fill(-1)
  for (const [place, item] of columns.entries()) places[item] = place
  const known = selectColumns(real, columns)
  const pairs = new PairOwners(columns.length)
  for (let user = 0; user < known.rows; user++) pairs.add(user, rowIndices(known, user))
  let realShare = 0
  for (let user = 0; user < known.rows; user++)
    realShare = Math.max(realShare, pairs.largestShare(rowIndices(known, user), user))
  return {
    realShare,
    shareOf: (items) => pairs.largestShare(items.map((item) => places[item]!).filter((place) => place >= 0)),
  }
}

/** Which user has a pair of items, for pairs of at most two users. */
class PairOwners {
  readonly #counts: Uint8Array
  /** The exclusive or of the users of a pair, each plus one. */
  readonly #users: Int32Array

  constructor(items: number) {
    this.#counts = new Uint8Array((items * (items - 1)) / 2)
    this.#users = new Int32Array(this.#counts.length)
  }

  add(user: number, items: Int32Array): void {
    for (const pair of pairsOf(items)) {
      if (this.#counts[pair]! < 3) this.#counts[pair]!++
      this.#users[pair]! ^= user + 1
    }
  }

  /** @param owner the user whose pairs these are, if they have been added */
  largestShare(items: Int32Array, owner?: number): number {
    const shared = new Map<number, number>()
    let largest = 0
    const isOwn = owner === undefined ? 0 : owner + 1
    for (const pair of pairsOf(items)) {
      if (this.#counts[pair] !== (owner === undefined ? 1 : 2)) continue
      const other = this.#users[pair]! ^ isOwn
      const count = (shared.get(other) ?? 0) + 1
      shared.set(other, count)
      largest = Math.max(largest, count)
    }
    const total = (items.length * (items.length - 1)) / 2
    return total === 0 ? 0 : largest / total
  }
}

/** The numbers of the pairs of ascending items. */
function* pairsOf(items: Int32Array): Generator<number> {
  for (let a = 1; a < items.length; a++) {
    const start = (items[a]! * (items[a]! - 1)) / 2
    for (let b = 0; b < a; b++) yield start + items[b]!
  }
}
