import { csrInOrder, rowMajorOrder } from './csr/from-entries.ts'
import type { IdMap } from './id-map.ts'
import type { Interactions } from './interactions.ts'
import type { RatingEntries } from './rating-entries.ts'

/**
 * Sorts ratings into a matrix. Of two ratings of one pair the later one is kept: the one with the later time, and at
 * equal times the one that was read later; a rating without a time counts as earlier than any with one.
 *
 * @throws RangeError when an entry lies outside the ids, or its value is not finite as a 32-bit float.
 */
export function interactionsFromEntries(users: IdMap, items: IdMap, entries: RatingEntries): Interactions {
  requireFinite(users, items, entries)
  const positions = latestOfEachPair(entries, rowMajorOrder(users.size, items.size, entries))
  const matrix = csrInOrder(users.size, items.size, entries, positions)
  const { times } = entries
  if (times === undefined) return { matrix, users, items }
  const timesInOrder = new Float64Array(positions.length)
  for (let n = 0; n < positions.length; n++) timesInOrder[n] = times[positions[n]!]!
  return { matrix, users, items, times: timesInOrder }
}

/** Reduces `order` to one position per pair, in place. */
function latestOfEachPair({ row, column, times }: RatingEntries, order: Int32Array): Int32Array {
  let size = 0
  for (const position of order) {
    const previous = size === 0 ? -1 : order[size - 1]!
    const isNewPair = row[position] !== row[previous] || column[position] !== column[previous]
    if (isNewPair) order[size++] = position
    else if (isLater(times, position, previous)) order[size - 1] = position
  }
  return order.subarray(0, size)
}

/** Whether `position` is later than `previous`, which was read before it. */
function isLater(times: Float64Array | undefined, position: number, previous: number): boolean {
  if (times === undefined || Number.isNaN(times[previous])) return true
  return times[position]! >= times[previous]!
}

function requireFinite(users: IdMap, items: IdMap, { row, column, values }: RatingEntries): void {
  const position = values.findIndex((value) => !Number.isFinite(value))
  if (position === -1) return
  const [userId, itemId] = [users.idOf(row[position]!), items.idOf(column[position]!)]
  throw new RangeError(`The rating of item ${itemId} by user ${userId} is not finite as a 32-bit float`)
}
