// A part of a source's ratings by when they were given, to tell again how they came in.
import type { Random } from '../random/random.ts'
import { RatingsInputError } from './malformed-lines.ts'
import type { Rating } from './rating.ts'
import type { RatingsSource } from './ratings-source.ts'

/** Seconds since 1970: from `since` on, up to and without `until`. */
export interface TimeSpan {
  readonly since: number
  readonly until: number
}

/** When the ratings of a source were given. */
export interface RatingTimes extends TimeSpan {
  /** The earliest later than the instant asked for; infinite where there is none. */
  readonly next: number
}

/**
 * From the first rating of a source to a second after the last.
 *
 * @param after which instant to look for the next rating
 * @throws RatingsInputError when a rating has no time, and whatever reading throws
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

/** The source with the ratings of a span of time alone. */
export function selectPeriod(source: RatingsSource, { since, until }: TimeSpan): RatingsSource {
  return {
    ...source,
    async *ratings() {
      for await (const page of source.ratings())
        yield page.filter((rating) => {
          const time = timeOf(rating, source)
          return time >= since && time < until
        })
    },
  }
}

/** The source with its items and its values dealt out anew among its ratings, as a broken export might have them. */
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
      `${name} says not when user ${userId} rated item ${itemId}, so it has no weeks`,
    )
  return time
}
