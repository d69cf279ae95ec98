// Items that no model learns from, to measure how well new items are recommended.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { joinEntries } from '../interactions/csr/join.ts'
import { selectColumns } from '../interactions/csr/select.ts'
import { createIdMap, type IdMap } from '../interactions/id-map.ts'
import { createRandom } from '../random/random.ts'
import type { Split } from './split.ts'

export interface HeldOutItems {
  readonly items: IdMap
  /** Test users × held-out items: all their ratings of these. */
  readonly targets: CsrMatrix
}

/**
 * A split without the ratings of a random share of its items, in training, validation and test, and what the test users rated
 * of these items.
 *
 * @param share 0 < share < 1
 * @throws RangeError if there would be no held-out item, or no other
 */
export function holdOutItems(
  split: Split,
  share: number,
  seed: number,
): { readonly split: Split; readonly heldOutItems: HeldOutItems } {
  const { items, validation, test } = split
  const count = Math.round(share * items.size)
  if (count < 1 || count >= items.size)
    throw new RangeError(
      `A share of ${share} of ${items.size} items is ${count}; hold out one at least and not all`,
    )
  const order = createRandom(seed, 'cold items').permutation(items.size)
  const heldOut = order.slice(0, count).sort()
  const kept = order.slice(count).sort()
  // where the parts share a matrix, as in the protocols that hold out ratings, they share the new one
  const known = new Map<CsrMatrix, CsrMatrix>()
  const withoutHeldOut = (matrix: CsrMatrix) => {
    const selected = known.get(matrix) ?? selectColumns(matrix, kept)
    known.set(matrix, selected)
    return selected
  }
  const part = ({ users, histories, targets }: Split['test']) => ({
    users,
    histories: withoutHeldOut(histories),
    targets: withoutHeldOut(targets),
  })
  const idsOf = (columns: Int32Array) => createIdMap(Array.from(columns, (column) => items.idOf(column)))
  return {
    split: {
      ...split,
      train: withoutHeldOut(split.train),
      items: idsOf(kept),
      validation: part(validation),
      test: part(test),
    },
    heldOutItems: {
      items: idsOf(heldOut),
      targets: joinEntries(selectColumns(test.histories, heldOut), selectColumns(test.targets, heldOut)),
    },
  }
}
