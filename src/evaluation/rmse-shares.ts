import type { RatingEvaluation } from './evaluate-ratings.ts'

/** RMSE laid out over users, so that whatever compares means over users compares RMSE too. */
export interface RmseShares {
  /**
   * Numbers whose mean is the RMSE and whose spread is that of its linearization,
   * RMSE + (Σ e² − MSE n) / (2 RMSE n̄) of each user, by the delta method.
   */
  readonly linearized: Float64Array
  /** Each user's own RMSE. */
  readonly own: Float64Array
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
    own: squaredErrors.map((error, user) => Math.sqrt(error / counts[user]!)),
  }
}
