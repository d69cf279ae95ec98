// Simulated users with known preferences, and two recommenders with a known lift between them.
import { createRandom } from '../../random/random.ts'
import { createPlantedWorld } from '../../ratings/planted-world.ts'
import { mean } from '../../statistics/mean.ts'
import { attraction, clickDistribution, examination } from './click-model.ts'

/** The list of a recommender for one kind of user. */
export interface ServedList {
  /** Item numbers, best first. */
  readonly items: Int32Array
  /** Click probability by position. */
  readonly chances: Float64Array
  /** Probabilities of 0, 1, … clicks on the list. */
  readonly clicks: Float64Array
  readonly expectedClicks: number
}

/** One list for each kind of user, by one recommender. */
export type Recommender = readonly ServedList[]

export interface Audience {
  readonly control: Recommender
  readonly treatment: Recommender
  /** The exact lift in clicks per list of the treatment: 0.05 is 5 %. */
  readonly lift: number
  /** The probability that a user of kind `kind` clicks `item` at `rank`, counted from 1. */
  clickChance(kind: number, item: number, rank: number): number
}

const kinds = 500
const items = 400
const listSize = 10
const controlNoise = 1

/**
 * Both recommenders rank by the true ratings plus independent noise; the noise of the treatment is found by bisection, so
 * that it has the requested lift. A lift of 0 gives the same recommender twice: an A/A test.
 *
 * @throws RangeError if no ranking of these items has such a lift.
 */
export function createAudience({ lift, seed }: { lift: number; seed: number }): Audience {
  const world = createPlantedWorld({ users: kinds, items, ratingsPerUser: 20, seed })
  const rank = (name: string, noise: number) => rankAll(world.expectedRating, noiseOf(name, seed), noise)
  const control = rank('control', controlNoise)
  const treatment = lift === 0 ? control : betterBy(lift, control, (noise) => rank('treatment', noise))
  return {
    control,
    treatment,
    lift: expectedClicks(treatment) / expectedClicks(control) - 1,
    clickChance: (kind, item, rank) => examination(rank) * attraction(world.expectedRating(kind, item)),
  }
}

function betterBy(lift: number, control: Recommender, rankWith: (noise: number) => Recommender): Recommender {
  const target = expectedClicks(control) * (1 + lift)
  let [lowNoise, highNoise] = [0, 8]
  if (expectedClicks(rankWith(lowNoise)) < target || expectedClicks(rankWith(highNoise)) > target)
    throw new RangeError(`No ranking in this world has ${100 * lift} % more clicks: choose a smaller lift`)
  for (let step = 0; step < 20; step++) {
    const middle = (lowNoise + highNoise) / 2
    if (expectedClicks(rankWith(middle)) > target) lowNoise = middle
    else highNoise = middle
  }
  return rankWith(lowNoise)
}

function noiseOf(name: string, seed: number): Float64Array {
  const random = createRandom(seed, 'recommender', name)
  return Float64Array.from({ length: kinds * items }, () => random.normal())
}

function rankAll(
  ratingOf: (kind: number, item: number) => number,
  noise: Float64Array,
  scale: number,
): Recommender {
  return Array.from({ length: kinds }, (_, kind) => {
    const scores = Float64Array.from(
      { length: items },
      (_, item) => ratingOf(kind, item) + scale * noise[kind * items + item]!,
    )
    const best = Int32Array.from(scores.keys())
      .sort((a, b) => scores[b]! - scores[a]!)
      .slice(0, listSize)
    const chances = Float64Array.from(
      best,
      (item, place) => examination(place + 1) * attraction(ratingOf(kind, item)),
    )
    return {
      items: best,
      chances,
      clicks: clickDistribution(chances),
      expectedClicks: chances.reduce((sum, chance) => sum + chance, 0),
    }
  })
}

function expectedClicks(recommender: Recommender): number {
  return mean(recommender.map((list) => list.expectedClicks))
}
