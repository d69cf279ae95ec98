// What the protocols that hold out single ratings share: the same users in training, validation and test.
import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { filterEntries } from '../interactions/csr/select.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { type HeldOut, part, type Split } from './split.ts'

/**
 * Splits ratings by the part given for each entry of the matrix.
 *
 * @param parts values of `part`, one for each entry
 */
export function splitRatings({ matrix, users, items }: Interactions, parts: Uint8Array): Split {
  const of = (wanted: number) => filterEntries(matrix, (_user, _item, _value, n) => parts[n] === wanted)
  const train = of(part.train)
  return {
    train,
    users,
    items,
    validation: holdOutRatings(train, of(part.validation)),
    test: holdOutRatings(train, of(part.test)),
  }
}

/** The training users as held-out users: row r is training row r, or a user never trained on where that row is empty. */
export function holdOutRatings(train: CsrMatrix, targets: CsrMatrix): HeldOut {
  const users = Int32Array.from({ length: train.rows }, (_, row) => (rowLength(train, row) > 0 ? row : -1))
  return { users, histories: train, targets }
}
