// What a two-sided test of a difference at one moment can find, by the normal approximation.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

export interface TestPlan {
  readonly confidence?: number
  readonly power?: number
}

/** The chance to find a true difference of `effect` with an estimate of this standard error. */
export function powerOf(effect: number, standardError: number, confidence = 0.95): number {
  const critical = quantile((1 + confidence) / 2)
  const shift = Math.abs(effect) / standardError
  return normalCdf(shift - critical, 0, 1) + normalCdf(-shift - critical, 0, 1)
}

/** The smallest true difference that is found with the power planned. */
export function minimumDetectableEffect(standardError: number, plan: TestPlan = {}): number {
  return reach(plan) * standardError
}

/** The standard error that finds `effect` with the power planned. */
export function requiredStandardError(effect: number, plan: TestPlan = {}): number {
  return Math.abs(effect) / reach(plan)
}

/**
 * How many units it takes in all to find `effect` between two groups that take `shares` of them.
 *
 * @param variance between units, supposed the same in both groups
 */
export function requiredSampleSize(
  effect: number,
  variance: number,
  shares: readonly [control: number, treatment: number] = [0.5, 0.5],
  plan: TestPlan = {},
): number {
  const perUnit = variance * (1 / shares[0] + 1 / shares[1])
  return Math.ceil(perUnit / requiredStandardError(effect, plan) ** 2)
}

function reach({ confidence = 0.95, power = 0.8 }: TestPlan): number {
  return quantile((1 + confidence) / 2) + quantile(power)
}

function quantile(share: number): number {
  return normalQuantile(share, 0, 1)
}
