// Metrics of a version as they are stored: means with their standard errors.
import { formatFixed, unmeasured } from '../pages/numbers.ts'
import type { MetricSummary } from '../retraining/result.ts'
import { isEstimate } from '../statistics/estimate.ts'

/** The mean of a stored metric with its 95 % interval; null if it was not measured. */
export function summaryOf(metric: unknown): MetricSummary | null {
  if (!isEstimate(metric)) return null
  const { mean, standardError } = metric
  const reach = 1.96 * (standardError ?? 0)
  return { mean, low: mean - reach, high: mean + reach }
}

/** As 0.4120 (0.3920 … 0.4320). */
export function formatSummary(summary: MetricSummary | null | undefined): string {
  if (!summary) return unmeasured
  const { mean, low, high } = summary
  return `${formatFixed(mean, 4)} (${formatFixed(low, 4)} … ${formatFixed(high, 4)})`
}
