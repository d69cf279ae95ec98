// Estimates the reward of a target policy from the log of a randomized one.
import { type Estimate, estimateMean } from './estimate.ts'
import { estimateRatio } from './estimate-ratio.ts'

/** Logged choices, one entry per choice. */
export interface LoggedChoices {
  /** The observed reward. */
  readonly rewards: ArrayLike<number>
  /** The probability of the choice under the logging policy; above 0. */
  readonly propensities: ArrayLike<number>
  /** The probability of the choice under the target policy. */
  readonly targets: ArrayLike<number>
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
  return estimateMean(weights.map((weight, n) => weight * logged.rewards[n]!))
}

/**
 * The same with weights normalized to a mean of one: a small bias, much less variance. Swaminathan and Joachims, The
 * Self-Normalized Estimator for Counterfactual Learning (NIPS 2015).
 */
export function selfNormalizedPropensity(logged: LoggedChoices): Estimate {
  const weights = importanceWeights(logged)
  return estimateRatio(
    weights.map((weight, n) => weight * logged.rewards[n]!),
    weights,
  )
}

/**
 * Consistent when either the propensities or the model are correct. Dudík, Langford and Li, Doubly Robust Policy Evaluation and
 * Learning (ICML 2011).
 */
export function doublyRobust(logged: LoggedChoices, model: RewardModel): Estimate {
  const weights = importanceWeights(logged)
  return estimateMean(
    weights.map((weight, n) => model.ofTarget[n]! + weight * (logged.rewards[n]! - model.ofChoice[n]!)),
  )
}

/** @throws RangeError when a logged choice has no propensity to divide by. */
function importanceWeights({ rewards, propensities, targets }: LoggedChoices): Float64Array {
  return Float64Array.from({ length: rewards.length }, (_, n) => {
    if (!(propensities[n]! > 0))
      throw new RangeError(`Choice ${n} was logged with propensity ${propensities[n]}; it must be above 0`)
    return targets[n]! / propensities[n]!
  })
}
