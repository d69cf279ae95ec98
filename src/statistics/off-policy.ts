// Estimates the reward of a target policy from the log of a randomized one.
import type { Estimate } from './estimate.ts'
import { estimateRatio } from './estimate-ratio.ts'
import { sum } from './mean.ts'

/** Logged choices, one entry per choice. */
export interface LoggedChoices {
  /** The observed reward. */
  readonly rewards: ArrayLike<number>
  /** The probability of the choice under the logging policy; above 0. */
  readonly propensities: ArrayLike<number>
  /** The probability of the choice under the target policy. */
  readonly targets: ArrayLike<number>
  /** Choices of one cluster, such as a user, may depend on each other; by default all are independent. */
  readonly clusters?: ArrayLike<number>
}

/** A model of the reward, corrected by the log. */
export interface RewardModel {
  /** The expected reward of the logged choice. */
  readonly ofChoice: ArrayLike<number>
  /** The expected reward of the target policy in the same context. */
  readonly ofTarget: ArrayLike<number>
}

/** Inverse propensity scoring: unbiased, with a variance that grows with the difference between the policies. Horvitz and Thompson 1952. */
export function inversePropensity(logged: LoggedChoices): Estimate {
  const weights = importanceWeights(logged)
  return clusteredMean(
    weights.map((weight, n) => weight * logged.rewards[n]!),
    logged,
  )
}

/**
 * The same with weights normalized to a mean of one: a small bias, much less variance. Swaminathan and Joachims, The
 * Self-Normalized Estimator for Counterfactual Learning (NIPS 2015).
 */
export function selfNormalizedPropensity(logged: LoggedChoices): Estimate {
  const weights = importanceWeights(logged)
  return estimateRatio(
    sumByCluster(
      weights.map((weight, n) => weight * logged.rewards[n]!),
      logged,
    ),
    sumByCluster(weights, logged),
  )
}

/**
 * Consistent when either the propensities or the model are correct. Dudík, Langford and Li, Doubly Robust Policy Evaluation and
 * Learning (ICML 2011).
 */
export function doublyRobust(logged: LoggedChoices, model: RewardModel): Estimate {
  const weights = importanceWeights(logged)
  return clusteredMean(
    weights.map((weight, n) => model.ofTarget[n]! + weight * (logged.rewards[n]! - model.ofChoice[n]!)),
    logged,
  )
}

/** How far a log supports a target policy. */
export interface Support {
  /** The mean of the importance weights: 1 if every choice of the target policy can occur in the log, else less. */
  readonly meanWeight: Estimate
  /** (Σ w)² / Σ w² over the clusters, w the sum of a cluster's weights: the number of clusters that carry the estimate. Kish 1965. */
  readonly effectiveClusters: number
}

export function supportOf(logged: LoggedChoices): Support {
  const weights = importanceWeights(logged)
  const sums = sumByCluster(weights, logged)
  const squares = sums.reduce((total, weight) => total + weight * weight, 0)
  return {
    meanWeight: clusteredMean(weights, logged),
    effectiveClusters: squares === 0 ? 0 : sum(sums) ** 2 / squares,
  }
}

/** The mean over all choices; its error allows for dependence within a cluster. */
function clusteredMean(values: Float64Array, logged: LoggedChoices): Estimate {
  return estimateRatio(
    sumByCluster(values, logged),
    sumByCluster(
      values.map(() => 1),
      logged,
    ),
  )
}

function sumByCluster(values: Float64Array, { clusters }: LoggedChoices): Float64Array {
  if (clusters === undefined) return values
  const sums = new Map<number, number>()
  for (const [n, value] of values.entries()) sums.set(clusters[n]!, (sums.get(clusters[n]!) ?? 0) + value)
  return Float64Array.from(sums.values())
}

/** @throws RangeError when a logged choice has no propensity to divide by. */
function importanceWeights({ rewards, propensities, targets }: LoggedChoices): Float64Array {
  return Float64Array.from({ length: rewards.length }, (_, n) => {
    if (!(propensities[n]! > 0))
      throw new RangeError(`Choice ${n} was logged with propensity ${propensities[n]}; it must be above 0`)
    return targets[n]! / propensities[n]!
  })
}
