// What another policy would have earned, from what a randomized one logged.
import { type Estimate, estimateMean } from './estimate.ts'
import { estimateRatio } from './estimate-ratio.ts'

/** Logged choices, one entry each. */
export interface LoggedChoices {
  /** What the choice earned. */
  readonly rewards: ArrayLike<number>
  /** The probability with which the logging policy made it; above 0. */
  readonly propensities: ArrayLike<number>
  /** The probability with which the policy to be judged would make it. */
  readonly targets: ArrayLike<number>
}

/** A model of the reward, to be corrected by what was logged. */
export interface RewardModel {
  /** The reward expected of the choice that was logged. */
  readonly ofChoice: ArrayLike<number>
  /** The reward expected under the policy to be judged, on the same occasion. */
  readonly ofTarget: ArrayLike<number>
}

/** Inverse propensity scoring: unbiased, and the wilder the more the two policies differ. Horvitz and Thompson 1952. */
export function inversePropensity(logged: LoggedChoices): Estimate {
  const weights = importanceWeights(logged)
  return estimateMean(weights.map((weight, n) => weight * logged.rewards[n]!))
}

/**
 * The same with the weights scaled to average one: a little bias, far less variance. Swaminathan and Joachims, The
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
 * Right when either the propensities or the model are. Dudík, Langford and Li, Doubly Robust Policy Evaluation and
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
