// Shared by the protocols that hold out single ratings: training, validation and test have the same users.
import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../interactions/csr/select.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { type HeldOut, part, type Split } from './split.ts'

/**
 * Splits ratings by the part of each entry of the matrix.
 *
 * @param parts values of `part`, one for each entry
 */
export function splitRatings({ matrix, users, items }: Interactions, parts: Uint8Array): Split {
  const entriesOf = (wanted: number) =>
    filterEntries(matrix, (_user, _item, _value, n) => parts[n] === wanted)
  const train = entriesOf(part.train)
  return {
    train,
    users,
    items,
    validation: holdOutRatings(train, entriesOf(part.validation)),
    test: holdOutRatings(train, entriesOf(part.test)),
    validationUserIds: users.ids,
    testUserIds: users.ids,
  }
}

/** The training users as held-out users: row r is training row r, or −1 where that row has no rating. */
export function holdOutRatings(train: CsrMatrix, targets: CsrMatrix): HeldOut {
  const users = Int32Array.from({ length: train.rows }, (_, row) => (rowLength(train, row) > 0 ? row : -1))
  return { users, histories: train, targets }
}
