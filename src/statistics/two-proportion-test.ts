import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import type { Interval } from './interval.ts'
import type { TestOfDifference } from './welch-test.ts'

/** The units of a group and how many of them converted. */
export interface Proportion {
  readonly successes: number
  readonly trials: number
}

/**
 * Whether two shares differ: the pooled z-test, with the hybrid score interval for the difference, which stays
 * within −1 and 1 and holds for rare events. Newcombe, Interval Estimation for the Difference between Independent
 * Proportions (Statistics in Medicine 1998), method 10.
 */
export function twoProportionTest(
  control: Proportion,
  treatment: Proportion,
  confidence = 0.95,
): TestOfDifference {
  const [p, q] = [shareOf(control), shareOf(treatment)]
  const pooled = (control.successes + treatment.successes) / (control.trials + treatment.trials)
  const standardError = Math.sqrt(pooled * (1 - pooled) * (1 / control.trials + 1 / treatment.trials))
  const [a, b] = [scoreInterval(control, confidence), scoreInterval(treatment, confidence)]
  return {
    mean: q - p,
    standardError,
    low: q - p - Math.hypot(q - b.low, a.high - p),
    high: q - p + Math.hypot(b.high - q, p - a.low),
    pValue: standardError === 0 ? 1 : 2 * normalCdf(-Math.abs(q - p) / standardError, 0, 1),
  }
}

/** Wilson's interval for one share. */
function scoreInterval({ successes, trials }: Proportion, confidence: number): Interval {
  const z = normalQuantile((1 + confidence) / 2, 0, 1)
  const share = successes / trials
  const center = share + z ** 2 / (2 * trials)
  const radius = z * Math.sqrt((share * (1 - share)) / trials + (z / (2 * trials)) ** 2)
  const scale = 1 + z ** 2 / trials
  return { low: (center - radius) / scale, high: (center + radius) / scale }
}

function shareOf({ successes, trials }: Proportion): number {
  return successes / trials
}
