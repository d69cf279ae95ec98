import { ColumnPage } from '../ratings/column-page.ts'
import type { IdTable } from '../ratings/id-table.ts'
import type { Rating } from '../ratings/rating.ts'
import { createIdNumbering, type IdNumbering } from './id-numbering.ts'
import type { Interactions } from './interactions.ts'
import { interactionsFromEntries } from './interactions-from-entries.ts'
import { createRatingEntries } from './rating-entries.ts'

/**
 * The interactions of pages of ratings, as of a file, without a database; pages are not kept in memory. Users and items
 * are ordered by the code points of their ids; of two ratings of one pair the later one is kept.
 */
export async function readInteractions(pages: AsyncIterable<Iterable<Rating>>): Promise<Interactions> {
  const userNumbers = createIdNumbering()
  const itemNumbers = createIdNumbering()
  const [usersOf, itemsOf] = [createTranslation(userNumbers), createTranslation(itemNumbers)]
  const builder = createRatingEntries()
  for await (const page of pages)
    if (page instanceof ColumnPage) builder.pushPage(page, usersOf(page.userIds), itemsOf(page.itemIds))
    else
      for (const { userId, itemId, value, time } of page)
        builder.push(userNumbers.numberOf(userId), itemNumbers.numberOf(itemId), value, time ?? Number.NaN)
  const entries = builder.build()
  const users = userNumbers.inOrder()
  const items = itemNumbers.inOrder()
  renumber(entries.row, users.places)
  renumber(entries.column, items.places)
  return interactionsFromEntries(users.ids, items.ids, entries)
}

/** The numbers that a numbering gives to the ids of a table, by their numbers in the table. */
function createTranslation({ numberOf }: IdNumbering): (table: IdTable) => readonly number[] {
  const known = new Map<IdTable, number[]>()
  return (table) => {
    const numbers = known.get(table) ?? []
    known.set(table, numbers)
    for (let n = numbers.length; n < table.ids.length; n++) numbers.push(numberOf(table.ids[n]!))
    return numbers
  }
}

function renumber(numbers: Int32Array, places: Int32Array): void {
  for (let n = 0; n < numbers.length; n++) numbers[n] = places[numbers[n]!]!
}
