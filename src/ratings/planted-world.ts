// Synthetic ratings of a known low-rank structure, for trying Palate without real data and for tests with known answers.
import { createRandom, type Random } from '../random/random.ts'
import type { Item, Rating } from './rating.ts'

export interface PlantedWorldOptions {
  readonly users: number
  readonly items: number
  /** Ratings of an average user; the activity of users is log-normal around it. */
  readonly ratingsPerUser: number
  readonly seed: number
}

export interface PlantedWorld {
  readonly items: readonly Item[]
  /** Every user's ratings, 1 to 5 in whole stars, times ascending for each user. */
  ratings(): Generator<Rating>
  /** The rating that user number `user` would give item number `item` on average, before rounding and clipping. */
  expectedRating(user: number, item: number): number
}

/**
 * Users and items are vectors over eight genres. A user samples items by popularity (a power law) times the exponential
 * of the affinity, and rates them by affinity, item quality, user severity and noise: missing not at random, as real
 * ratings are. The same options give the same ratings.
 */
export function createPlantedWorld(options: PlantedWorldOptions): PlantedWorld {
  const { users, items, ratingsPerUser, seed } = options
  const random = createRandom(seed, 'world')
  const userVectors = draw(users * genres.length, () => random.normal() / Math.sqrt(genres.length))
  const itemVectors = draw(items * genres.length, () => random.normal())
  const severity = draw(users, () => 0.3 * random.normal())
  const quality = draw(items, () => 0.4 * random.normal())
  const rank = random.permutation(items)
  const appeal = draw(items, (item) => quality[item]! - 0.8 * Math.log(rank[item]! + 10))
  const affinity = (user: number, item: number) => {
    let sum = 0
    for (let t = 0; t < genres.length; t++)
      sum += userVectors[user * genres.length + t]! * itemVectors[item * genres.length + t]!
    return sum
  }
  const expectedRating = (user: number, item: number) =>
    3.5 + 0.6 * affinity(user, item) + quality[item]! + severity[user]!

  function* ratingsOf(user: number): Generator<Rating> {
    const userRandom = createRandom(seed, 'user', user)
    const activity = Math.round(ratingsPerUser * Math.exp(0.7 * userRandom.normal() - 0.245))
    const count = Math.min(items >> 1, Math.max(8, activity))
    const keys = draw(items, (item) => appeal[item]! + affinity(user, item) + gumbel(userRandom))
    let time = firstDay + userRandom.integer(300) * day
    const picked = largest(keys, count)
    for (const place of userRandom.permutation(count)) {
      const item = picked[place]!
      const value = Math.round(expectedRating(user, item) + 0.7 * userRandom.normal())
      time += userRandom.integer(day)
      yield { userId: idOf('u', user), itemId: idOf('i', item), value: Math.min(5, Math.max(1, value)), time }
    }
  }

  return {
    items: Array.from({ length: items }, (_, item) => describe(item, itemVectors, random)),
    *ratings() {
      for (let user = 0; user < users; user++) yield* ratingsOf(user)
    },
    expectedRating,
  }
}

const genres = ['Adventure', 'Comedy', 'Crime', 'Drama', 'Fantasy', 'Musical', 'Romance', 'Thriller'] as const
const adjectives =
  'Amber Broken Crimson Distant Electric Frozen Gentle Hidden Idle Jade Last Midnight Quiet Silver Wild'.split(
    ' ',
  )
const nouns =
  'Archive Bridge Compass Dancer Echo Fountain Garden Harbor Island Journey Lantern Mirror Orchard River Signal Voyage'.split(
    ' ',
  )
const day = 86_400
const firstDay = 1_700_006_400

const idOf = (kind: string, index: number) => `${kind}${index + 1}`

function describe(item: number, itemVectors: Float64Array, random: Random): Item {
  const itemGenres = genres.filter((_, genre) => itemVectors[item * genres.length + genre]! > 1)
  const adjective = adjectives[random.integer(adjectives.length)]
  const noun = nouns[random.integer(nouns.length)]
  const year = 1950 + random.integer(75)
  return {
    id: idOf('i', item),
    title: `${adjective} ${noun} ${item + 1} (${year})`,
    attributes: { year, genres: itemGenres.length > 0 ? itemGenres : ['Drama'] },
  }
}

function draw(size: number, next: (index: number) => number): Float64Array {
  return Float64Array.from({ length: size }, (_, index) => next(index))
}

function gumbel(random: Random): number {
  return -Math.log(-Math.log(random.uniform() + Number.MIN_VALUE))
}

/** Positions of the `count` largest values, largest first. */
function largest(values: Float64Array, count: number): Int32Array {
  return Int32Array.from(values.keys())
    .sort((a, b) => values[b]! - values[a]!)
    .subarray(0, count)
}
