// The header-less formats: user, item, rating and perhaps a time, in this order. Two of them are MovieLens'.
import type { Rating } from './rating.ts'
import { ratingFromFields } from './rating-fields.ts'
import { ifMostLinesParse, type TextFormat } from './text-format.ts'

/** `user::item::rating[::time]`, as MovieLens 1M and 10M have it. */
export const doubleColonRatings = fixedOrder('MovieLens ratings.dat, user::item::rating[::time]', '::')

/** `user TAB item TAB rating [TAB time]`, as MovieLens 100K has it. */
export const tabRatings = fixedOrder('MovieLens u.data, user, item, rating[, time] with tabs between', '\t')

/** `user item rating [time]` with spaces between, as many published splits have it. */
export const spaceRatings = fixedOrder('Ratings, user item rating[ time], with spaces between', ' ')

function fixedOrder(name: string, separator: string): TextFormat<Rating> {
  const parse = (line: string) => {
    const fields = line.split(separator)
    if (fields.length !== 3 && fields.length !== 4) return `expected 3 or 4 fields, found ${fields.length}`
    const [userId, itemId, value, time] = fields
    return ratingFromFields(userId!.trim(), itemId!.trim(), value!.trim(), time?.trim())
  }
  return { name, match: (head) => ifMostLinesParse(head, parse) }
}
