import tCdf from '@stdlib/stats-base-dists-t-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Sample } from './sample.ts'
import type { TestOfDifference } from './welch-test.ts'

export interface PairedTTest extends TestOfDifference {
  /** Cohen's d_z: the mean difference in units of the differences' standard deviation; 0 without any difference. */
  readonly effectSize: number
}

/** Student's test of whether differences between pairs average to zero. */
export function pairedTTest(differences: Sample, confidence = 0.95): PairedTTest {
  const { size, mean, variance } = differences
  const standardError = Math.sqrt(variance / size)
  const radius = tQuantile((1 + confidence) / 2, size - 1) * standardError
  return {
    mean,
    standardError,
    low: mean - radius,
    high: mean + radius,
    pValue: mean === 0 ? 1 : 2 * tCdf(-Math.abs(mean / standardError), size - 1),
    effectSize: mean === 0 ? 0 : mean / Math.sqrt(variance),
  }
}
