import type { Estimate } from './estimate.ts'
import type { Sample } from './sample.ts'

/**
 * The lift of `treatment` over `control` relative to `control`: 0.05 is five per cent more. Its standard error is by
 * the delta method (Deng, Knoblich and Lu 2018, section 2.1), which includes the variance of the baseline.
 */
export function relativeDifference(control: Sample, treatment: Sample): Estimate {
  const ratio = treatment.mean / control.mean
  const variance = treatment.variance / treatment.size + (ratio ** 2 * control.variance) / control.size
  return { mean: ratio - 1, standardError: Math.sqrt(variance) / Math.abs(control.mean) }
}
