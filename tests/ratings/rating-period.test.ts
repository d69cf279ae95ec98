import { expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import { nextWeeks } from '../../src/ratings/next-weeks.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import { findRatingTimes, selectPeriod, shuffleRatings } from '../../src/ratings/rating-period.ts'
import type { RatingsSource } from '../../src/ratings/ratings-source.ts'

const day = 24 * 3600

function sourceOf(ratings: readonly Rating[]): RatingsSource {
  return {
    name: 'by hand',
    bytes: undefined,
    async *ratings() {
      yield ratings.slice(0, 2)
      yield ratings.slice(2)
    },
    async *items() {},
    malformed: createMalformedLines(0),
  }
}

async function all(source: RatingsSource): Promise<Rating[]> {
  const ratings: Rating[] = []
  for await (const page of source.ratings()) ratings.push(...page)
  return ratings
}

const rating = (time: number, n = time): Rating => ({ userId: `u${n}`, itemId: `i${n}`, value: n, time })

/** In the first, the second and the fourth week. */
const given = [rating(8 * day), rating(day + 5), rating(3 * day), rating(24 * day)]

test('weeks follow each other from the day of the first rating, and empty ones are skipped', async () => {
  const weekAfter = async (after: number, count = 1) =>
    nextWeeks(await findRatingTimes(sourceOf(given), after), count)
  const weeks = { weeks: 4 }
  expect(await weekAfter(Number.NEGATIVE_INFINITY)).toEqual({ ...weeks, week: 1, since: day, until: 8 * day })
  expect(await weekAfter(3 * day)).toEqual({ ...weeks, week: 2, since: 8 * day, until: 15 * day })
  expect(await weekAfter(8 * day)).toEqual({ ...weeks, week: 4, since: 22 * day, until: 29 * day })
  expect(await weekAfter(Number.NEGATIVE_INFINITY, 9)).toEqual({
    ...weeks,
    week: 4,
    since: day,
    until: 29 * day,
  })
  expect(await weekAfter(24 * day)).toBeUndefined()
})

test('a period has the ratings from its start on and none of its end', async () => {
  const period = selectPeriod(sourceOf(given), { since: 3 * day, until: 24 * day })
  expect((await all(period)).map(({ time }) => time)).toEqual([8 * day, 3 * day])
})

test('a rating without a time has no week', async () => {
  const timeless = sourceOf([...given, { userId: 'ada', itemId: 'i', value: 3 }])
  await expect(findRatingTimes(timeless, 0)).rejects.toThrow(
    'The rating of item i by user ada in by hand has no time',
  )
})

test('shuffled ratings keep users and times, and lose what belonged together', async () => {
  const ratings = Array.from({ length: 40 }, (_, n) => rating(n))
  const shuffled = await all(shuffleRatings(sourceOf(ratings), createRandom('shuffled')))
  expect(shuffled.map(({ userId, time }) => [userId, time])).toEqual(
    ratings.map(({ userId, time }) => [userId, time]),
  )
  const sorted = (values: readonly (string | number)[]) => values.toSorted()
  expect(sorted(shuffled.map(({ itemId }) => itemId))).toEqual(sorted(ratings.map(({ itemId }) => itemId)))
  const whole = shuffled.filter(
    ({ userId, itemId, value }) => userId === `u${value}` && itemId === `i${value}`,
  )
  expect(whole.length).toBeLessThan(5)
})
