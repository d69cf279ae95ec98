// Ratings that come week by week from two groups of users: small and easy to learn.
import type { Sql } from '../../src/db/database.ts'
import { createRandom } from '../../src/random/random.ts'
import { createMalformedLines } from '../../src/ratings/malformed-lines.ts'
import type { Rating } from '../../src/ratings/rating.ts'
import type { RatingsSource } from '../../src/ratings/ratings-source.ts'

const weekSeconds = 7 * 24 * 3600
const start = Date.UTC(2026, 0, 5) / 1000 // a Monday
const itemCount = 24

/** The end of a week, counted from 1. */
export function endOfWeek(week: number): Date {
  return new Date((start + week * weekSeconds) * 1000)
}

/**
 * One week's ratings by new users, each of whom prefers the even or the odd items and rates eight, mostly preferred ones.
 * With `shuffled` the users and what they rated no longer belong together.
 */
export function weekOfRatings(week: number, { shuffled = false, users = 60 } = {}): Rating[] {
  const random = createRandom('week', week)
  const ratings: Rating[] = []
  for (let user = 0; user < users; user++) {
    const chosen = new Set<number>()
    while (chosen.size < 8) {
      const own = random.uniform() < 0.85
      const item = 2 * random.integer(itemCount / 2) + (own === (user % 2 === 0) ? 0 : 1)
      chosen.add(item)
    }
    for (const item of chosen) {
      const value = (item + user) % 2 === 0 ? 4 + random.integer(2) : 1 + random.integer(2)
      const time = start + (week - 1) * weekSeconds + Math.floor(random.uniform() * weekSeconds)
      ratings.push({ userId: `w${week}-u${user}`, itemId: `i${item}`, value, time })
    }
  }
  return shuffled ? shuffle(ratings, week) : ratings
}

/** Simulates a broken import: items and values are shuffled among users. */
function shuffle(ratings: readonly Rating[], week: number): Rating[] {
  const random = createRandom('shuffle', week)
  const values = random.permutation(ratings.length)
  const used = new Map<string, Set<string>>()
  return ratings.map((rating, n) => {
    const own = used.get(rating.userId) ?? new Set()
    used.set(rating.userId, own)
    let itemId: string
    do itemId = `i${random.integer(itemCount)}`
    while (own.has(itemId))
    own.add(itemId)
    return { ...rating, itemId, value: ratings[values[n]!]!.value }
  })
}

/** The same as a file. */
export function weekSource(week: number, { shuffled = false } = {}): RatingsSource {
  const ratings = weekOfRatings(week, { shuffled })
  const itemIds = [...new Set(ratings.map(({ itemId }) => itemId))]
  return {
    name: `week-${week}${shuffled ? '-shuffled' : ''}.csv`,
    bytes: undefined,
    async *ratings() {
      yield ratings
    },
    async *items() {
      yield itemIds.map((id) => ({ id, title: `Title of ${id}` }))
    },
    malformed: createMalformedLines(0),
  }
}

export async function insertRatings(sql: Sql, ratings: readonly Rating[]): Promise<void> {
  const column = <K extends keyof Rating>(key: K) => ratings.map((rating) => rating[key])
  await sql`insert into users (id) select distinct unnest(${column('userId')}::text[]) on conflict do nothing`
  await sql`
    insert into items (id, title) select distinct id, 'Title of ' || id from unnest(${column('itemId')}::text[]) id
    on conflict do nothing`
  await sql`
    insert into ratings (user_id, item_id, value, rated_at)
    select user_id, item_id, value, to_timestamp(time) from unnest(
      ${column('userId')}::text[], ${column('itemId')}::text[], ${column('value') as number[]}::double precision[],
      ${column('time') as number[]}::double precision[]
    ) as rating (user_id, item_id, value, time)`
}
