// Off-policy evaluation of a model on lists that were sampled and logged with their propensities.
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, rollup } from 'd3-array'
import type { Estimate } from '../statistics/estimate.ts'
import {
  doublyRobust,
  inversePropensity,
  type Support,
  selfNormalizedPropensity,
  supportOf,
} from '../statistics/off-policy.ts'

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
  readonly users: number
  readonly places: number
  /** Positions at which the model would have shown the logged item, and the log supports it; the others carry little information. */
  readonly matched: number
  /** The share of the model's items that occur too rarely or not at all in the log, as the weights show it; 0 if they do not. */
  readonly unsupported: number
  /** The number of users that carry the estimates, less than `users` where few lists have large weights. */
  readonly effectiveUsers: number
  /** Mean reward of the served lists. */
  readonly logged: number
  readonly inversePropensity: BoundedEstimate
  readonly selfNormalized: BoundedEstimate
  readonly doublyRobust: BoundedEstimate
}

/** An estimate with its 95 % interval, which allows for what the log does not support. */
export interface BoundedEstimate extends Estimate {
  readonly low: number
  readonly high: number
}

/** The log supports the model too little for an estimate. */
export class UnsupportedTargetError extends Error {
  override readonly name = 'UnsupportedTargetError'
}

/** With fewer, the intervals are too narrow. */
const minEffectiveUsers = 30

/**
 * An item that is expected less often at its position, in all lists, counts as one that cannot occur: the few times that it
 * does, its weight would outweigh all others.
 */
const minOccurrences = 30

/**
 * Assumes that the reward of an item, from 0 to 1, at a position is independent of the other items: the item-position model
 * of Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen, Offline Evaluation of Ranking Policies with Click Models
 * (KDD 2018). The doubly robust estimate corrects the mean reward of each position. Users are independent, their lists are
 * not.
 *
 * The weights have a mean of 1 if the log supports every item of the model at its position. If it is less, the intervals are
 * widened by the reward that the missing share could earn: none or all.
 *
 * @param targets the list that the model would have shown instead of each list, best first
 * @throws RangeError if there is no list, UnsupportedTargetError if fewer than 30 users carry the estimates.
 */
export function evaluateOffPolicy(
  lists: readonly ExploredList[],
  targets: readonly (readonly string[])[],
): OffPolicyReport {
  if (lists.length === 0)
    throw new RangeError(
      'No list with propensities was logged: they are logged by a variant with "explore": true',
    )
  const users = new Map<string, number>()
  for (const { userId } of lists) if (!users.has(userId)) users.set(userId, users.size)
  const minPropensity = minOccurrences / lists.length
  const places = lists.flatMap(({ userId, items, propensities, rewards }, n) =>
    items.map((item, place) => ({
      place,
      user: users.get(userId)!,
      reward: rewards[place]!,
      propensity: propensities[place]!,
      target: targets[n]![place] === item && propensities[place]! >= minPropensity ? 1 : 0,
    })),
  )
  const logged = {
    rewards: places.map(({ reward }) => reward),
    propensities: places.map(({ propensity }) => propensity),
    targets: places.map(({ target }) => target),
    clusters: places.map(({ user }) => user),
  }
  const support = supportOf(logged)
  const matched = logged.targets.filter((target) => target === 1).length
  if (support.effectiveClusters < minEffectiveUsers)
    throw new UnsupportedTargetError(
      `The log cannot tell how the model would have done: it shows the model's items at ${matched} of ${places.length} ` +
        `positions, which is worth ${support.effectiveClusters.toFixed(0)} users where ${minEffectiveUsers} are needed. ` +
        'Collect more lists, or explore with the model itself',
    )
  const means = meansByPosition(places)
  const expected = places.map(({ place }) => means.get(place)!)
  const { share, limit } = unsupportedShare(support)
  // few effective users: the quantile of Student's t instead of the normal one
  const quantile = tQuantile(0.975, support.effectiveClusters - 1)
  const [ips, snips, robust] = [
    inversePropensity(logged),
    selfNormalizedPropensity(logged),
    doublyRobust(logged, { ofChoice: expected, ofTarget: expected }),
  ]
  return {
    lists: lists.length,
    users: users.size,
    places: places.length,
    matched,
    unsupported: share,
    effectiveUsers: support.effectiveClusters,
    logged: mean(logged.rewards)!,
    inversePropensity: bounded(ips, quantile, limit, 0),
    selfNormalized: bounded(snips, quantile, limit, snips.mean),
    doublyRobust: bounded(robust, quantile, limit, mean(expected)!),
  }
}

/**
 * The share, which is 0 unless the weights show that something is missing, and its upper limit. A share that the variation
 * of the weights could explain is not reported, but it may be real: the intervals allow for as much as the weights lack.
 */
function unsupportedShare({ meanWeight }: Support): { share: number; limit: number } {
  const missing = 1 - meanWeight.mean
  if (missing <= 2.33 * meanWeight.standardError) return { share: 0, limit: Math.max(0, missing) }
  return { share: missing, limit: Math.min(1, missing + 1.96 * meanWeight.standardError) }
}

/** @param assumed the reward that the estimate assumes for what is not supported, whose true reward is from 0 to 1 */
function bounded(
  estimate: Estimate,
  quantile: number,
  unsupported: number,
  assumed: number,
): BoundedEstimate {
  const { mean, standardError } = estimate
  return {
    ...estimate,
    low: mean - quantile * standardError - unsupported * assumed,
    high: mean + quantile * standardError + unsupported * (1 - assumed),
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
