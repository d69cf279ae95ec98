import { ColumnPage } from '../ratings/column-page.ts'
import { createIdTable, type IdTable } from '../ratings/id-table.ts'
import type { Rating } from '../ratings/rating.ts'
import { orderIds } from './id-order.ts'
import type { Interactions } from './interactions.ts'
import { interactionsFromEntries } from './interactions-from-entries.ts'
import { createRatingEntries } from './rating-entries.ts'

/**
 * The interactions of pages of ratings, as of a file, without a database; pages are not kept in memory. Users and items
 * are ordered by the code points of their ids; of two ratings of one pair the later one is kept.
 */
export async function readInteractions(pages: AsyncIterable<Iterable<Rating>>): Promise<Interactions> {
  const builder = createRatingEntries()
  const parts: Part[] = []
  const toColumns = createConversion()
  for await (const page of pages) {
    const columns = page instanceof ColumnPage ? page : toColumns(page)
    builder.pushPage(columns)
    const { userIds, itemIds } = columns
    const last = parts.at(-1)
    if (last?.userIds === userIds && last.itemIds === itemIds) last.end = builder.size
    else parts.push({ userIds, itemIds, end: builder.size })
  }
  const entries = builder.build()
  const users = orderIds(parts.map(({ userIds }) => userIds))
  const items = orderIds(parts.map(({ itemIds }) => itemIds))
  let start = 0
  for (const { userIds, itemIds, end } of parts) {
    renumber(entries.row.subarray(start, end), users.placesOf(userIds))
    renumber(entries.column.subarray(start, end), items.placesOf(itemIds))
    start = end
  }
  return interactionsFromEntries(users.ids, items.ids, entries)
}

/** Consecutive ratings whose ids are numbers in the same tables. */
interface Part {
  readonly userIds: IdTable
  readonly itemIds: IdTable
  /** The place after the last one. */
  end: number
}

/** Ratings as columns, with numbers in tables of all that are converted. */
function createConversion(): (ratings: Iterable<Rating>) => ColumnPage {
  const [users, items] = [createIdTable(), createIdTable()]
  return (ratings) => {
    const page = new ColumnPage(users, items, 1 << 10)
    for (const rating of ratings) page.push(rating)
    return page
  }
}

function renumber(numbers: Int32Array, places: Int32Array): void {
  for (let n = 0; n < numbers.length; n++) numbers[n] = places[numbers[n]!]!
}
