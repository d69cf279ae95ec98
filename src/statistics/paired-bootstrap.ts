import type { Random } from '../random/random.ts'

export interface PairedDifference {
  /** Mean of a − b. */
  readonly mean: number
  /** The interval of the mean at `confidence`, by the percentiles of the resampled means. */
  readonly low: number
  readonly high: number
}

/**
 * The mean of a − b, both measured on the same units in the same order. Units are resampled
 * with replacement; the percentile interval of Efron and Tibshirani, An Introduction to the Bootstrap (1993), ch. 13.
 *
 * @throws RangeError when the two differ in length or are empty.
 */
export function pairedBootstrap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  {
    random,
    confidence = 0.95,
    resamples = 2_000,
  }: { random: Random; confidence?: number; resamples?: number },
): PairedDifference {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`Paired values need two lists of one length, not ${a.length} and ${b.length} values`)
  const differences = Float64Array.from(a, (value, n) => value - b[n]!)
  const means = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) means[r] = resampledMean(differences, random)
  means.sort()
  const at = (share: number) => means[Math.min(resamples - 1, Math.floor(share * resamples))]!
  const tail = (1 - confidence) / 2
  return {
    mean: differences.reduce((sum, d) => sum + d, 0) / differences.length,
    low: at(tail),
    high: at(1 - tail),
  }
}

function resampledMean(values: Float64Array, random: Random): number {
  let sum = 0
  for (let n = 0; n < values.length; n++) sum += values[random.integer(values.length)]!
  return sum / values.length
}
