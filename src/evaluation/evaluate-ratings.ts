import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { rowsWithAtLeast, selectRows } from '../interactions/csr/select.ts'
import type { RatingPredictor } from '../models/scorer.ts'
import type { HeldOut } from '../splits/split.ts'
import type { Estimate } from '../statistics/estimate.ts'
import { estimateRatio } from '../statistics/estimate-ratio.ts'
import type { RatingMetric } from './metric.ts'
import { userBatchSize } from './user-batch-size.ts'

/** What every judged user's ratings were missed by. */
export interface RatingEvaluation {
  /** Row in the held-out set of each user judged: those with a target. */
  readonly rows: Int32Array
  /** Number of targets of each of `rows`. */
  readonly counts: Float64Array
  /** Σ (foretold − true)² over the targets of each of `rows`. */
  readonly squaredErrors: Float64Array
  /** Σ |foretold − true| over the targets of each of `rows`. */
  readonly absoluteErrors: Float64Array
}

/**
 * Judges a model by the ratings it foretells for the held-out users' targets.
 *
 * @throws RangeError when no user has a target or a foretold rating is not a finite number, naming user and item.
 */
export async function evaluateRatings(
  model: RatingPredictor,
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
    const foretold = await model.predict(users, selectRows(heldOut.histories, batch), targets)
    requireFinite(foretold, targets, batch)
    addErrors(evaluation, start, foretold, targets)
  }
  return evaluation
}

/**
 * RMSE = √(Σ e² / n) and MAE = Σ |e| / n over all targets. Their standard errors take the users as independent and the
 * ratings of one user as not: the linearized error of a ratio of per-user sums (see `estimateRatio`), and for the root
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
  foretold: Float32Array,
  targets: CsrMatrix,
): void {
  for (let user = 0; user < targets.rows; user++)
    for (let n = targets.offsets[user]!; n < targets.offsets[user + 1]!; n++) {
      const error = foretold[n]! - targets.values[n]!
      squaredErrors[first + user]! += error * error
      absoluteErrors[first + user]! += Math.abs(error)
    }
}

function requireFinite(foretold: Float32Array, targets: CsrMatrix, rows: Int32Array): void {
  if (foretold.length !== targets.values.length)
    throw new RangeError(
      `The model foretold ${foretold.length} ratings of ${targets.values.length} asked for`,
    )
  const bad = foretold.findIndex((value) => !Number.isFinite(value))
  if (bad < 0) return
  const user = targets.offsets.findIndex((offset) => offset > bad) - 1
  throw new RangeError(
    `The rating foretold for held-out user ${rows[user]} and item ${targets.indices[bad]} is ${foretold[bad]}`,
  )
}
