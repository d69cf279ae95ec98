import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import type { Estimate } from './estimate.ts'
import type { Interval } from './interval.ts'

export interface ConfidenceSequenceOptions {
  readonly confidence?: number
  /** The standard error at which the sequence is narrowest: the one planned for the end. Fix it at the start. */
  readonly plannedStandardError: number
}

/**
 * An interval that is valid at every look: the probability that it misses the true value at any look is at most
 * 1 − confidence. The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha,
 * Kennedy and Ramdas, Time-uniform central limit theory and asymptotic confidence sequences (Annals of Statistics
 * 2024), theorem 2.2: with information t = 1 / s² of an estimate of standard error s,
 *
 *     x̄ ± s √((1 + 1 / (t τ²)) (ln(1 + t τ²) − 2 ln α))
 *
 * and τ chosen by their equation 10 to be narrowest at the planned error. Written in information rather than in
 * observations, it holds for ratios and adjusted means alike. Returning users make
 * successive estimates more similar than the theorem assumes, which makes the interval conservative.
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

/** The width of the sequence at its narrowest, relative to a fixed-horizon interval. */
export function priceOfPeeking(confidence = 0.95): number {
  return sequentialQuantile(1 - confidence, 1) / normalQuantile((1 + confidence) / 2, 0, 1)
}

/** @param progress the information so far, as a share of the planned information */
function sequentialQuantile(alpha: number, progress: number): number {
  const scaled = progress * (-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha)))
  return Math.sqrt((1 + 1 / scaled) * (Math.log1p(scaled) - 2 * Math.log(alpha)))
}
