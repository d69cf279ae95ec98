// Formats without column names: user, item, rating and optionally a time, in this order.
import type { Rating } from './rating.ts'
import { ratingFromFields } from './rating-fields.ts'
import { ifMostLinesParse, type TextFormat } from './text-format.ts'

/** `user::item::rating[::time]`, as in MovieLens 1M and 10M. */
export const doubleColonRatings = fixedOrder('MovieLens ratings.dat, user::item::rating[::time]', '::')

/** `user TAB item TAB rating [TAB time]`, as in MovieLens 100K. */
export const tabRatings = fixedOrder('MovieLens u.data, user, item, rating[, time], separated by tabs', '\t')

/** `user item rating [time]` separated by spaces, as in many published splits. */
export const spaceRatings = fixedOrder('Ratings, user item rating[ time], separated by spaces', ' ')

function fixedOrder(name: string, separator: string): TextFormat<Rating> {
  const parse = (line: string) => {
    const fields = line.split(separator)
    if (fields.length !== 3 && fields.length !== 4) return `expected 3 or 4 fields, found ${fields.length}`
    const [userId, itemId, value, time] = fields
    return ratingFromFields(userId!.trim(), itemId!.trim(), value!.trim(), time?.trim())
  }
  return { name, match: (head) => ifMostLinesParse(head, parse) }
}
