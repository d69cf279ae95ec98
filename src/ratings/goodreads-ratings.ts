// The two shapes of the interactions of Goodreads, in both of which a rating of 0 means that a book is on a shelf of a
// user who has not rated it. M. Wan and J. McAuley, Item Recommendation on Monotonic Behavior Chains (RecSys 2018).
import { idText, parseObject } from './json-fields.ts'
import type { RatingEvent } from './rating.ts'
import { nameColumns, takenOf } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import { eachLine, type Parsed, type TextFormat } from './text-format.ts'
import { tableWithUnratedZeros } from './unrated-zeros.ts'

/** goodreads_interactions.csv: `user_id,book_id,is_read,rating,is_reviewed`. */
export const goodreadsTable = tableWithUnratedZeros({
  id: 'goodreads',
  name: 'Goodreads goodreads_interactions.csv, user_id,book_id,is_read,rating,is_reviewed, where 0 is not rated',
  user: 'user_id',
  item: 'book_id',
  value: 'rating',
  others: ['is_read', 'is_reviewed'],
})

/**
 * goodreads_interactions_….json, an object a line, with times such as `Wed Mar 22 11:37:04 -0700 2017`:
 * `{"user_id": "8842281e", "book_id": "130580", "is_read": true, "rating": 4, "date_added": "Wed Mar 22 …", …}`.
 */
export const goodreadsJson: TextFormat<RatingEvent> = {
  id: 'goodreads',
  name: 'Goodreads JSON lines with user_id, book_id, rating and date_added, where 0 is not rated',
  match: (head, options) => {
    if (!head[0]!.trimStart().startsWith('{')) return undefined
    const objects = head.map((line) => parseObject(line) ?? {})
    const names = [...new Set(objects.flatMap(Object.keys))]
    const isGoodreads = ['user_id', 'book_id', 'rating'].every((name) => names.includes(name))
    const dates = objects.map(({ date_added }) => date_added)
    if (nameColumns(options) || !isGoodreads || !dates.some((date) => parseDate(date) !== undefined))
      return undefined
    const parseRating = createRatingParser(options)
    const parse = (line: string): Parsed<RatingEvent> => {
      const object = parseObject(line)
      if (object === undefined) return 'not a JSON object'
      const { user_id, book_id, rating: stars, date_added } = object
      const time =
        date_added === undefined || date_added === '' ? '' : (parseDate(date_added) ?? 'not a time')
      const value = options.implicit ? undefined : String(stars ?? '')
      const rating = parseRating(idText(user_id), idText(book_id), value, time)
      return typeof rating !== 'string' && rating.value === 0 ? undefined : rating
    }
    const value = options.implicit ? undefined : 'rating'
    return {
      ...takenOf({ user: 'user_id', item: 'book_id', value, time: 'date_added', kind: undefined }, names),
      ...(!options.implicit && { unrated: 'a rating of 0 means not rated' }),
      read: eachLine(parse),
    }
  },
}

const date = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4}) (\d{4})$/

/** Unix seconds of `Wed Mar 22 11:37:04 -0700 2017`. */
function parseDate(text: unknown): number | undefined {
  const [, month, day, time, zone, year] = (typeof text === 'string' && date.exec(text)) || []
  const seconds = Date.parse(`${day} ${month} ${year} ${time} ${zone}`) / 1000
  return Number.isNaN(seconds) ? undefined : seconds
}
