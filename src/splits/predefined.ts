import { type CsrMatrix, entryRows, rowIndices } from '../interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../interactions/csr/from-entries.ts'
import { filterEntries } from '../interactions/csr/select.ts'
import { createIdMap, type IdMap } from '../interactions/id-map.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { createRandom } from '../random/random.ts'
import { part, type RepeatedPairs, type Split } from './split.ts'
import { holdOutRatings, splitRatings } from './split-ratings.ts'

/**
 * A split as published, in a training and a test file; a random tenth of the training ratings is the validation part.
 * Users and items that occur only in the test file follow those of the training file, without a training rating.
 *
 * A test rating whose user-item pair is in the training file is skipped, since there is nothing left to predict, or kept,
 * as published tables keep it: then its predicted rating counts, and in a ranking it is a target that cannot be hit.
 */
export function predefined(
  train: Interactions,
  test: Interactions,
  seed: number,
  repeated: RepeatedPairs = 'skip',
): Split {
  const users = extend(train.users, test.users)
  const items = extend(train.items, test.items)
  const known = widen(train.matrix, users.size, items.size)
  const given = renumber(test, users, items)
  const fresh = without(given, known)
  const split = splitRatings({ matrix: known, users, items }, validationParts(known.values.length, seed))
  return {
    ...split,
    test: holdOutRatings(split.train, repeated === 'keep' ? given : fresh),
    repeatedTestRatings: given.values.length - fresh.values.length,
  }
}

function validationParts(size: number, seed: number): Uint8Array {
  const parts = new Uint8Array(size)
  const order = createRandom(seed, 'predefined').permutation(size)
  for (const n of order.subarray(0, Math.round(size / 10))) parts[n] = part.validation
  return parts
}

function extend(known: IdMap, more: IdMap): IdMap {
  return createIdMap([...known.ids, ...more.ids.filter((id) => known.indexOf(id) === undefined)])
}

function widen(matrix: CsrMatrix, rows: number, columns: number): CsrMatrix {
  const offsets = new Int32Array(rows + 1).fill(matrix.values.length)
  offsets.set(matrix.offsets)
  return { ...matrix, rows, columns, offsets }
}

function renumber({ matrix, users, items }: Interactions, newUsers: IdMap, newItems: IdMap): CsrMatrix {
  const newRows = users.ids.map((id) => newUsers.indexOf(id)!)
  const newColumns = items.ids.map((id) => newItems.indexOf(id)!)
  const row = entryRows(matrix).map((user) => newRows[user]!)
  const column = matrix.indices.map((item) => newColumns[item]!)
  return csrFromEntries(newUsers.size, newItems.size, { row, column, values: matrix.values })
}

/** The entries of `matrix` at places where `other` has none. */
function without(matrix: CsrMatrix, other: CsrMatrix): CsrMatrix {
  const lastUser = new Int32Array(matrix.columns).fill(-1)
  let marked = -1
  return filterEntries(matrix, (user, item) => {
    if (user !== marked) {
      for (const item of rowIndices(other, user)) lastUser[item] = user
      marked = user
    }
    return lastUser[item] !== user
  })
}
