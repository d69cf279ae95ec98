import tCdf from '@stdlib/stats-base-dists-t-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Estimate } from './estimate.ts'
import type { Interval } from './interval.ts'
import type { Sample } from './sample.ts'

export interface TestOfDifference extends Estimate, Interval {
  /** Two-sided. */
  readonly pValue: number
}

/**
 * Whether two means differ, without assuming equal variances: Welch, The Generalization of "Student's" Problem
 * (Biometrika 1947). The interval and the p-value are valid at one fixed sample size.
 */
export function welchTest(control: Sample, treatment: Sample, confidence = 0.95): TestOfDifference {
  const mean = treatment.mean - control.mean
  const standardError = Math.sqrt(control.variance / control.size + treatment.variance / treatment.size)
  const freedom = degreesOfFreedom(control, treatment)
  const radius = tQuantile((1 + confidence) / 2, freedom) * standardError
  return {
    mean,
    standardError,
    low: mean - radius,
    high: mean + radius,
    pValue: standardError === 0 && mean === 0 ? 1 : 2 * tCdf(-Math.abs(mean / standardError), freedom),
  }
}

/** Satterthwaite's approximation. */
function degreesOfFreedom(a: Sample, b: Sample): number {
  const [squareA, squareB] = [a.variance / a.size, b.variance / b.size]
  const freedom = (squareA + squareB) ** 2 / (squareA ** 2 / (a.size - 1) + squareB ** 2 / (b.size - 1))
  return Number.isNaN(freedom) ? a.size + b.size - 2 : freedom
}
