// Shared by the variants of strong generalization: whole users are held out, and their positives divided.
import { columnCounts } from '../interactions/csr/csr-matrix.ts'
import { filterEntries, rowsWithAtLeast, selectColumns, selectRows } from '../interactions/csr/select.ts'
import { createIdMap, type IdMap } from '../interactions/id-map.ts'
import type { Interactions } from '../interactions/interactions.ts'
import { positiveRatings } from '../interactions/positives.ts'
import { type HeldOut, part, type Split } from './split.ts'

/** The ratings of at least `positiveThreshold`, of users with five or more of them. */
export function keepPositives(
  { matrix, users, items }: Interactions,
  positiveThreshold: number,
): Interactions {
  const positives = positiveRatings(matrix, positiveThreshold)
  const kept = rowsWithAtLeast(positives, 5)
  return { matrix: selectRows(positives, kept), users: selectIds(users, kept), items }
}

/**
 * Splits whole users by their part. Items are those of the training users; the ratings of other items are removed from
 * the held-out users before targets are chosen.
 *
 * @param parts values of `part`, one for each user
 * @param chooseTargets marks with 1 the entries of held-out users that are targets
 * @throws RangeError when a part has no user.
 */
export function splitUsers(
  { matrix, users, items }: Interactions,
  parts: Uint8Array,
  chooseTargets: (heldOut: Interactions) => Uint8Array,
): Split {
  const rowsOf = (wanted: number) => usersOf(parts, wanted)
  const trainRows = rowsOf(part.train)
  const trainRatings = selectRows(matrix, trainRows)
  const columns = usedColumns(trainRatings)
  const trainItems = selectIds(items, columns)
  const holdOut = (wanted: number): HeldOut => {
    const rows = rowsOf(wanted)
    const ratings = selectColumns(selectRows(matrix, rows), columns)
    const isTarget = chooseTargets({ matrix: ratings, users: selectIds(users, rows), items: trainItems })
    return {
      users: new Int32Array(rows.length).fill(-1),
      histories: filterEntries(ratings, (_user, _item, _value, n) => isTarget[n] === 0),
      targets: filterEntries(ratings, (_user, _item, _value, n) => isTarget[n] === 1),
    }
  }
  return {
    train: selectColumns(trainRatings, columns),
    users: selectIds(users, trainRows),
    items: trainItems,
    validation: holdOut(part.validation),
    test: holdOut(part.test),
    validationUserIds: selectIds(users, rowsOf(part.validation)).ids,
    testUserIds: selectIds(users, rowsOf(part.test)).ids,
  }
}

function usersOf(parts: Uint8Array, wanted: number): Int32Array {
  const rows = Int32Array.from(parts.keys()).filter((user) => parts[user] === wanted)
  if (rows.length === 0)
    throw new RangeError(
      `Strong generalization needs training, validation and test users, and one of these parts is empty: only ` +
        `${parts.length} users have five positives or more. Use more ratings or a lower positive threshold`,
    )
  return rows
}

function usedColumns(matrix: Interactions['matrix']): Int32Array {
  const counts = columnCounts(matrix)
  return Int32Array.from(counts.keys()).filter((column) => counts[column]! > 0)
}

function selectIds(ids: IdMap, kept: Int32Array): IdMap {
  return createIdMap(Array.from(kept, (index) => ids.idOf(index)))
}
