import type { PairedSample } from './paired-sample.ts'
import type { Sample } from './sample.ts'

/**
 * The ratio Σ y / Σ x (clicks over lists served) as if it were a mean over units, so that tests of means apply to
 * ratios too. Its variance is that of the linearized y − R x over x̄², by the delta method: Deng, Knoblich
 * and Lu, Applying the Delta Method in Metric Analytics (KDD 2018), section 2.2. Units may have any
 * number of observations; only units must be independent.
 */
export function ratioSample({ x, y, covariance }: PairedSample): Sample {
  const ratio = y.mean / x.mean
  const linearized = y.variance - 2 * ratio * covariance + ratio ** 2 * x.variance
  return { size: y.size, mean: ratio, variance: linearized / x.mean ** 2 }
}
