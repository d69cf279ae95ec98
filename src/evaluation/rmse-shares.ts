import type { RatingEvaluation } from './evaluate-ratings.ts'

/** RMSE per user, so that tests of means over users can compare RMSE too. */
export interface RmseShares {
  /**
   * Values whose mean is the RMSE and whose variance is that of its linearization by the delta method:
   * RMSE + (Σ e² − MSE n) / (2 RMSE n̄) for each user.
   */
  readonly linearized: Float64Array
  /** The RMSE of each user. */
  readonly perUser: Float64Array
}

export function rmseShares({
  counts,
  squaredErrors,
}: Pick<RatingEvaluation, 'counts' | 'squaredErrors'>): RmseShares {
  const [errors, ratings] = [squaredErrors, counts].map((values) =>
    values.reduce((sum, value) => sum + value, 0),
  )
  const mse = errors! / ratings!
  const rmse = Math.sqrt(mse)
  const scale = (2 * rmse * ratings!) / counts.length || 1
  return {
    linearized: squaredErrors.map((error, user) => rmse + (error - mse * counts[user]!) / scale),
    perUser: squaredErrors.map((error, user) => Math.sqrt(error / counts[user]!)),
  }
}
