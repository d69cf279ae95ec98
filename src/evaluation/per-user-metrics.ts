import type { Evaluation } from './evaluate.ts'
import type { Metric } from './metric.ts'

/** The metrics of one held-out user. */
export interface UserMetrics {
  readonly userId: string
  /** Undefined where the user has no target of the kind that the metric needs. */
  readonly values: Readonly<Partial<Record<Metric, number>>>
}

/**
 * The metrics of each held-out user with a target, in the order of the users. A user's RMSE is over the user's own
 * ratings; the mean of these over users is not the RMSE over all ratings.
 *
 * @param userIds the id of each row of the held-out users
 */
export function perUserMetrics(
  { ranking, ratings }: Pick<Evaluation, 'ranking' | 'ratings'>,
  userIds: readonly string[],
  metrics: readonly Metric[],
): UserMetrics[] {
  const byRow = new Map<number, Partial<Record<Metric, number>>>()
  const valuesOf = (row: number) => {
    const values = byRow.get(row) ?? {}
    byRow.set(row, values)
    return values
  }
  for (const [metric, perUser] of ranking?.values ?? [])
    for (const [n, row] of ranking!.rows.entries()) valuesOf(row)[metric] = perUser[n]!
  for (const [n, row] of ratings?.rows.entries() ?? []) {
    const { counts, squaredErrors, absoluteErrors } = ratings!
    if (metrics.includes('rmse')) valuesOf(row).rmse = Math.sqrt(squaredErrors[n]! / counts[n]!)
    if (metrics.includes('mae')) valuesOf(row).mae = absoluteErrors[n]! / counts[n]!
  }
  return [...byRow].sort(([a], [b]) => a - b).map(([row, values]) => ({ userId: userIds[row]!, values }))
}
