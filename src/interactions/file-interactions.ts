import type { Rating } from '../ratings/rating.ts'
import { createIdNumbering } from './id-numbering.ts'
import type { Interactions } from './interactions.ts'
import { interactionsFromEntries } from './interactions-from-entries.ts'
import { createRatingEntries } from './rating-entries.ts'

/**
 * The interactions of pages of ratings, as of a file, without a database; pages are not kept in memory. Users and items
 * are ordered by the code points of their ids; of two ratings of one pair the later one is kept.
 */
export async function readInteractions(pages: AsyncIterable<readonly Rating[]>): Promise<Interactions> {
  const userNumbers = createIdNumbering()
  const itemNumbers = createIdNumbering()
  const builder = createRatingEntries()
  for await (const page of pages)
    for (const { userId, itemId, value, time } of page)
      builder.push(userNumbers.numberOf(userId), itemNumbers.numberOf(itemId), value, time ?? Number.NaN)
  const entries = builder.build()
  const users = userNumbers.inOrder()
  const items = itemNumbers.inOrder()
  renumber(entries.row, users.places)
  renumber(entries.column, items.places)
  return interactionsFromEntries(users.ids, items.ids, entries)
}

function renumber(numbers: Int32Array, places: Int32Array): void {
  for (let n = 0; n < numbers.length; n++) numbers[n] = places[numbers[n]!]!
}
