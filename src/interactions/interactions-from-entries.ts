import { type RowMajorOrder, rowMajorOrder } from './csr/from-entries.ts'
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
  const { positions, offsets } = latestOfEachPair(entries, rowMajorOrder(users.size, items.size, entries))
  const indices = new Int32Array(positions.length)
  const values = new Float32Array(positions.length)
  const times = entries.times && new Float64Array(positions.length)
  for (let n = 0; n < positions.length; n++) {
    const position = positions[n]!
    indices[n] = entries.column[position]!
    values[n] = entries.values[position]!
    if (times !== undefined) times[n] = entries.times![position]!
  }
  const matrix = { rows: users.size, columns: items.size, offsets, indices, values }
  return { matrix, users, items, ...(times && { times }) }
}

/** Reduces `order` to one position per pair, in place. */
function latestOfEachPair({ column, times }: RatingEntries, order: RowMajorOrder): RowMajorOrder {
  const { positions, offsets } = order
  let size = 0
  let n = 0
  for (let row = 0; row + 1 < offsets.length; row++) {
    const start = size
    for (const end = offsets[row + 1]!; n < end; n++) {
      const position = positions[n]!
      if (size === start || column[position] !== column[positions[size - 1]!]) positions[size++] = position
      else if (isLater(times, position, positions[size - 1]!)) positions[size - 1] = position
    }
    offsets[row + 1] = size
  }
  return { positions: positions.subarray(0, size), offsets }
}

/** Whether `position` is later than `previous`, which was read before it. */
function isLater(times: Float64Array | undefined, position: number, previous: number): boolean {
  if (times === undefined || Number.isNaN(times[previous])) return true
  return times[position]! >= times[previous]!
}

function requireFinite(users: IdMap, items: IdMap, { row, column, values }: RatingEntries): void {
  for (let n = 0; n < values.length; n++)
    if (!Number.isFinite(values[n])) {
      const [userId, itemId] = [users.idOf(row[n]!), items.idOf(column[n]!)]
      throw new RangeError(`The rating of item ${itemId} by user ${userId} is not finite as a 32-bit float`)
    }
}
