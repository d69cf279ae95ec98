import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import type { Estimate } from './estimate.ts'
import type { Interval } from './interval.ts'

export interface ConfidenceSequenceOptions {
  readonly confidence?: number
  /** The standard error at which the sequence shall be narrowest: the one planned for the end. Fix it at the start. */
  readonly plannedStandardError: number
}

/**
 * An interval that may be looked at as often as anyone likes: the chance that it misses the truth at any of the
 * looks, together, is at most 1 − confidence. The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha,
 * Kennedy and Ramdas, Time-uniform central limit theory and asymptotic confidence sequences (Annals of Statistics
 * 2024), theorem 2.2: with information t = 1 / s² of an estimate of standard error s,
 *
 *     x̄ ± s √((1 + 1 / (t τ²)) (ln(1 + t τ²) − 2 ln α))
 *
 * and τ chosen by their equation 10 to be narrowest at the planned error. Written in information rather than in
 * observations, it holds for ratios and adjusted means alike. Users who come back make successive estimates more
 * alike than the theorem supposes, and so only make it wider than need be.
 */
export function confidenceSequence(
  { mean, standardError }: Estimate,
  { confidence = 0.95, plannedStandardError }: ConfidenceSequenceOptions,
): Interval {
  if (!(standardError > 0)) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const radius =
    standardError * sequentialQuantile(1 - confidence, (plannedStandardError / standardError) ** 2)
  return { low: mean - radius, high: mean + radius }
}

/** By how many standard errors the sequence reaches out at its narrowest, against those of a fixed interval. */
export function priceOfPeeking(confidence = 0.95): number {
  return sequentialQuantile(1 - confidence, 1) / normalQuantile((1 + confidence) / 2, 0, 1)
}

/** @param progress information gathered, as a share of what is planned */
function sequentialQuantile(alpha: number, progress: number): number {
  const scaled = progress * (-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha)))
  return Math.sqrt((1 + 1 / scaled) * (Math.log1p(scaled) - 2 * Math.log(alpha)))
}
