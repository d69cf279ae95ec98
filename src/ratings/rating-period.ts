// Selects the ratings of a period, to replay how ratings arrived.
import type { Random } from '../random/random.ts'
import { RatingsInputError } from './malformed-lines.ts'
import type { Rating } from './rating.ts'
import type { RatingsSource } from './ratings-source.ts'

/** Seconds since 1970: from `since`, inclusive, to `until`, exclusive. */
export interface TimeSpan {
  readonly since: number
  readonly until: number
}

/** The times of a source's ratings. */
export interface RatingTimes extends TimeSpan {
  /** The earliest time later than the requested instant; infinite if there is none. */
  readonly next: number
}

/**
 * From the first rating of a source to a second after the last.
 *
 * @param after the instant after which `next` is looked for
 * @throws RatingsInputError when a rating has no time, and the errors of reading
 */
export async function findRatingTimes(source: RatingsSource, after: number): Promise<RatingTimes> {
  let [first, last, next] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for await (const page of source.ratings())
    for (const rating of page) {
      const time = timeOf(rating, source)
      first = Math.min(first, time)
      last = Math.max(last, time)
      if (time > after) next = Math.min(next, time)
    }
  return { since: first, until: last + 1, next }
}

/** The source with only the ratings of a period. */
export function selectPeriod(source: RatingsSource, { since, until }: TimeSpan): RatingsSource {
  return {
    ...source,
    async *ratings() {
      for await (const page of source.ratings())
        yield [...page].filter((rating) => {
          const time = timeOf(rating, source)
          return time >= since && time < until
        })
    },
  }
}

/** The source with items and values shuffled among its ratings, as a broken export might have them. */
export function shuffleRatings(source: RatingsSource, random: Random): RatingsSource {
  return {
    ...source,
    async *ratings() {
      const ratings: Rating[] = []
      for await (const page of source.ratings()) for (const rating of page) ratings.push(rating)
      const [items, values] = [random.permutation(ratings.length), random.permutation(ratings.length)]
      yield ratings.map((rating, n) => ({
        ...rating,
        itemId: ratings[items[n]!]!.itemId,
        value: ratings[values[n]!]!.value,
      }))
    },
  }
}

function timeOf({ userId, itemId, time }: Rating, { name }: RatingsSource): number {
  if (time === undefined)
    throw new RatingsInputError(
      `The rating of item ${itemId} by user ${userId} in ${name} has no time, so its week is unknown`,
    )
  return time
}
