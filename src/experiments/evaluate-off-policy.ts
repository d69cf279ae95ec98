// Off-policy evaluation of a model on lists that were sampled and logged with their propensities.
import { mean, rollup } from 'd3-array'
import type { Estimate } from '../statistics/estimate.ts'
import { doublyRobust, inversePropensity, selfNormalizedPropensity } from '../statistics/off-policy.ts'

/** A sampled list with its rewards. */
export interface ExploredList {
  readonly userId: string
  readonly servedAt: Date
  /** Best first. */
  readonly items: readonly string[]
  /** The probability of each item at its position. */
  readonly propensities: readonly number[]
  /** The reward of each item. */
  readonly rewards: readonly number[]
}

/** All values are per position of a list. */
export interface OffPolicyReport {
  readonly lists: number
  readonly places: number
  /** Positions at which the model would have shown the logged item; the others carry little information. */
  readonly matched: number
  /** Mean reward of the served lists. */
  readonly logged: number
  readonly inversePropensity: Estimate
  readonly selfNormalized: Estimate
  readonly doublyRobust: Estimate
}

/**
 * Assumes that the reward of an item at a position is independent of the other items: the item-position model of Li,
 * Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen, Offline Evaluation of Ranking Policies with Click Models (KDD
 * 2018). The doubly robust estimate corrects the mean reward of each position.
 *
 * @param targets the list that the model would have shown instead of each list, best first
 * @throws RangeError if there is no list.
 */
export function evaluateOffPolicy(
  lists: readonly ExploredList[],
  targets: readonly (readonly string[])[],
): OffPolicyReport {
  if (lists.length === 0)
    throw new RangeError(
      'No list with propensities was logged: they are logged by a variant with "explore": true',
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
  const means = meansByPosition(places)
  const expected = places.map(({ place }) => means.get(place)!)
  return {
    lists: lists.length,
    places: places.length,
    matched: logged.targets.filter((target) => target === 1).length,
    logged: mean(logged.rewards)!,
    inversePropensity: inversePropensity(logged),
    selfNormalized: selfNormalizedPropensity(logged),
    doublyRobust: doublyRobust(logged, { ofChoice: expected, ofTarget: expected }),
  }
}

function meansByPosition(
  places: readonly { readonly place: number; readonly reward: number }[],
): Map<number, number> {
  return rollup(
    places,
    (group) => mean(group, ({ reward }) => reward)!,
    ({ place }) => place,
  )
}
