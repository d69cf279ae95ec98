import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { rowsWithAtLeast, selectRows } from '../interactions/csr/select.ts'
import type { RatingPredictor } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'
import type { Estimate } from '../statistics/estimate.ts'
import { estimateRatio } from '../statistics/estimate-ratio.ts'
import type { RatingMetric } from './metric.ts'
import { userBatchSize } from './user-batch-size.ts'

/** The rating errors of each evaluated user. */
export interface RatingEvaluation {
  /** The rows of the evaluated users in the held-out set: those with a target. */
  readonly rows: Int32Array
  /** Number of targets of each of `rows`. */
  readonly counts: Float64Array
  /** Σ (predicted − true)² over the targets of each of `rows`. */
  readonly squaredErrors: Float64Array
  /** Σ |predicted − true| over the targets of each of `rows`. */
  readonly absoluteErrors: Float64Array
}

/**
 * Evaluates a model on the ratings it predicts for the held-out users' targets.
 *
 * @throws RangeError if no user has a target, or a predicted rating is not finite, naming user and item
 */
export async function evaluateRatings(
  model: Pick<RatingPredictor, 'predict'>,
  heldOut: HeldOut,
  { batchSize = userBatchSize(heldOut.targets.columns) }: { readonly batchSize?: number } = {},
): Promise<RatingEvaluation> {
  const rows = rowsWithAtLeast(heldOut.targets, 1)
  if (rows.length === 0) throw new RangeError(`None of ${heldOut.targets.rows} held-out users has a target`)
  const evaluation = {
    rows,
    counts: Float64Array.from(rows, (row) => rowLength(heldOut.targets, row)),
    squaredErrors: new Float64Array(rows.length),
    absoluteErrors: new Float64Array(rows.length),
  }
  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = rows.subarray(start, start + batchSize)
    const targets = selectRows(heldOut.targets, batch)
    const users = Int32Array.from(batch, (row) => heldOut.users[row]!)
    const predicted = await model.predict(users, selectRows(heldOut.histories, batch), targets)
    requireFinite(predicted, targets, batch)
    addErrors(evaluation, start, predicted, targets)
  }
  return evaluation
}

/**
 * RMSE = √(Σ e² / n) and MAE = Σ |e| / n over all targets. Their standard errors treat users as independent, but not
 * the ratings of one user: the linearized error of a ratio of per-user sums (see `estimateRatio`), and for the root
 * s(RMSE) = s(MSE) / (2 RMSE) by the delta method.
 */
export function summarizeRatings(evaluation: RatingEvaluation): Record<RatingMetric, Estimate> {
  const mse = estimateRatio(evaluation.squaredErrors, evaluation.counts)
  const rmse = Math.sqrt(mse.mean)
  return {
    rmse: { mean: rmse, standardError: rmse === 0 ? 0 : mse.standardError / (2 * rmse) },
    mae: estimateRatio(evaluation.absoluteErrors, evaluation.counts),
  }
}

function addErrors(
  { squaredErrors, absoluteErrors }: RatingEvaluation,
  first: number,
  predicted: Float32Array,
  targets: CsrMatrix,
): void {
  for (let user = 0; user < targets.rows; user++)
    for (let n = targets.offsets[user]!; n < targets.offsets[user + 1]!; n++) {
      const error = predicted[n]! - targets.values[n]!
      squaredErrors[first + user]! += error * error
      absoluteErrors[first + user]! += Math.abs(error)
    }
}

function requireFinite(predicted: Float32Array, targets: CsrMatrix, rows: Int32Array): void {
  if (predicted.length !== targets.values.length)
    throw new RangeError(
      `The model predicted ${predicted.length} ratings instead of ${targets.values.length}`,
    )
  const invalid = predicted.findIndex((value) => !Number.isFinite(value))
  if (invalid < 0) return
  const user = targets.offsets.findIndex((offset) => offset > invalid) - 1
  throw new RangeError(
    `The predicted rating of held-out user ${rows[user]} and item ${targets.indices[invalid]} is ${predicted[invalid]}`,
  )
}
