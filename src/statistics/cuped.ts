import type { PairedSample } from './paired-sample.ts'
import type { Sample } from './sample.ts'

export interface CupedAdjustment {
  /** θ, the outcome's slope on the covariate, within groups. */
  readonly theta: number
  /** The share of variance that remains: 1 − ρ², with ρ the correlation within groups. */
  readonly varianceRatio: number
  /** Each group's adjusted outcome, in the order of the groups. */
  readonly groups: readonly Sample[]
}

/**
 * Removes from the outcome y the part that a covariate x from before the experiment explains: y − θ (x − x̄), with
 * θ = cov(x, y) / var(x) pooled over the groups and x̄ the mean over all of them. Deng, Xu, Kohavi and Walker,
 * Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment Data (WSDM 2013).
 * A constant covariate changes nothing.
 */
export function cuped(groups: readonly PairedSample[]): CupedAdjustment {
  const covariance = pooled(groups, (group) => group.covariance)
  const varianceX = pooled(groups, (group) => group.x.variance)
  const varianceY = pooled(groups, (group) => group.y.variance)
  const theta = varianceX > 0 ? covariance / varianceX : 0
  const units = groups.reduce((sum, { x }) => sum + x.size, 0)
  const meanX = groups.reduce((sum, { x }) => sum + x.size * x.mean, 0) / units
  return {
    theta,
    varianceRatio: varianceY > 0 ? 1 - (theta * covariance) / varianceY : 1,
    groups: groups.map(({ x, y, covariance }) => ({
      size: y.size,
      mean: y.mean - theta * (x.mean - meanX),
      variance: y.variance - 2 * theta * covariance + theta ** 2 * x.variance,
    })),
  }
}

function pooled(groups: readonly PairedSample[], statistic: (group: PairedSample) => number): number {
  const freedom = groups.reduce((sum, { x }) => sum + x.size - 1, 0)
  return groups.reduce((sum, group) => sum + (group.x.size - 1) * statistic(group), 0) / freedom
}
