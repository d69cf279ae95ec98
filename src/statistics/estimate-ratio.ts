import type { Estimate } from './estimate.ts'
import { sum } from './mean.ts'

/**
 * The ratio R = Σ y / Σ x over independent clusters, each with its own y and x (a user's summed errors and number of
 * ratings). Values within a cluster may be dependent. The standard error is the linearized one,
 * √(n / (n − 1) · Σ (y − R x)²) / Σ x, of Cochran, Sampling Techniques (3rd ed. 1977), section 6.4.
 *
 * @throws RangeError when the lists differ in length.
 */
export function estimateRatio(numerators: ArrayLike<number>, denominators: ArrayLike<number>): Estimate {
  const clusters = numerators.length
  if (denominators.length !== clusters)
    throw new RangeError(
      `A ratio needs pairs, got ${clusters} numerators and ${denominators.length} denominators`,
    )
  const total = sum(denominators)
  const ratio = sum(numerators) / total
  let squares = 0
  for (let n = 0; n < clusters; n++) squares += (numerators[n]! - ratio * denominators[n]!) ** 2
  return { mean: ratio, standardError: Math.sqrt((clusters / (clusters - 1)) * squares) / total }
}
