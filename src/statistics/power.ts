// Power of a two-sided fixed-horizon test of a difference, by the normal approximation.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

export interface TestPlan {
  readonly confidence?: number
  readonly power?: number
}

/** The probability of detecting a true difference of `effect` with this standard error. */
export function powerOf(effect: number, standardError: number, confidence = 0.95): number {
  const critical = quantile((1 + confidence) / 2)
  const shift = Math.abs(effect) / standardError
  return normalCdf(shift - critical, 0, 1) + normalCdf(-shift - critical, 0, 1)
}

/** The smallest true difference that is detected with the planned power. */
export function minimumDetectableEffect(standardError: number, plan: TestPlan = {}): number {
  return reach(plan) * standardError
}

/** The standard error at which `effect` is detected with the planned power. */
export function requiredStandardError(effect: number, plan: TestPlan = {}): number {
  return Math.abs(effect) / reach(plan)
}

/**
 * The total number of units needed to detect `effect` between two groups with `shares` of the units.
 *
 * @param variance between units, assumed equal in both groups
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
