// What a model would have earned in place of lists that were drawn at random and logged with their propensities.
import type { Estimate } from '../statistics/estimate.ts'
import { doublyRobust, inversePropensity, selfNormalizedPropensity } from '../statistics/off-policy.ts'

/** A list that was drawn, served and clicked, or not. */
export interface ExploredList {
  readonly userId: string
  readonly servedAt: Date
  /** Best first. */
  readonly items: readonly string[]
  /** The probability with which each came into its place. */
  readonly propensities: readonly number[]
  /** What each earned there. */
  readonly rewards: readonly number[]
}

/** All a place of a list. */
export interface OffPolicyReport {
  readonly lists: number
  readonly places: number
  /** Places at which the model would have shown what was shown: the others say little or nothing of it. */
  readonly matched: number
  /** What the lists that were served earned. */
  readonly logged: number
  readonly inversePropensity: Estimate
  readonly selfNormalized: Estimate
  readonly doublyRobust: Estimate
}

/**
 * Takes an item's reward at a place not to depend on the other items of the list: the item-position model of Li,
 * Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen, Offline Evaluation of Ranking Policies with Click Models (KDD
 * 2018). The doubly robust estimate corrects the mean reward of each place.
 *
 * @param targets what the model would have shown in place of each list, best first
 * @throws RangeError when there is no list.
 */
export function evaluateOffPolicy(
  lists: readonly ExploredList[],
  targets: readonly (readonly string[])[],
): OffPolicyReport {
  if (lists.length === 0)
    throw new RangeError(
      'No explored list with a propensity was logged; a variant with "explore": true logs some',
    )
  const places = lists.flatMap(({ items, propensities, rewards }, n) =>
    items.map((item, place) => ({
      place,
      reward: rewards[place]!,
      propensity: propensities[place]!,
      target: targets[n]![place] === item ? 1 : 0,
    })),
  )
  const logged = {
    rewards: places.map(({ reward }) => reward),
    propensities: places.map(({ propensity }) => propensity),
    targets: places.map(({ target }) => target),
  }
  const means = meansByPlace(places)
  const expected = places.map(({ place }) => means[place]!)
  return {
    lists: lists.length,
    places: places.length,
    matched: logged.targets.filter((target) => target === 1).length,
    logged: logged.rewards.reduce((sum, reward) => sum + reward, 0) / places.length,
    inversePropensity: inversePropensity(logged),
    selfNormalized: selfNormalizedPropensity(logged),
    doublyRobust: doublyRobust(logged, { ofChoice: expected, ofTarget: expected }),
  }
}

function meansByPlace(places: readonly { readonly place: number; readonly reward: number }[]): number[] {
  const [sums, counts]: [number[], number[]] = [[], []]
  for (const { place, reward } of places) {
    sums[place] = (sums[place] ?? 0) + reward
    counts[place] = (counts[place] ?? 0) + 1
  }
  return sums.map((sum, place) => sum / counts[place]!)
}
