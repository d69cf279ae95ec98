// The decoder rows that minimize I-AutoRec's objective for users' ratings, with fixed item codes.
import * as tf from '@tensorflow/tfjs'
import { conjugateGradientWithin } from '../../compute/conjugate-gradient.ts'
import { read } from '../../compute/read.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, type SparseTensor, uploadSparse, withValues } from '../../compute/sparse-tensor.ts'
import { type CsrMatrix, rowLength, rowOf } from '../../interactions/csr/csr-matrix.ts'
import type { RatingScale } from '../../interactions/rating-scale.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { tangentAt } from './output-activation.ts'

/**
 * For each user, argmin over w and b of Σ_i (r_i − f(w·h_i + b))² + λ/2 ‖w‖², with the expected error over hidden dropout,
 * which adds p/(1 − p) Σ_i h_ij² to the penalty on w_j² (Wager, Wang and Liang 2013). Exact if f is the identity; for the
 * sigmoid, one Gauss-Newton step from the constant function of the user's mean. A user without ratings has w = 0 and the
 * b that predicts the mean of all ratings.
 *
 * This is ridge regression on the codes minus their mean over the user's items, by conjugate gradients without forming the
 * matrix.
 *
 * @param codes items × (k + 1): the item codes, each followed by a 1
 * @param histories users × items
 * @returns w, then b of each user: users × (k + 1)
 */
export async function solveUserRows(
  codes: tf.Tensor2D,
  histories: CsrMatrix,
  scale: RatingScale,
  hyperparameters: AutoRecHyperparameters,
): Promise<Float32Array> {
  const { deviations, tangents } = linearize(histories, scale, hyperparameters)
  const rated = uploadSparse({ ...histories, values: deviations })
  const system = tf.tidy(() => ({
    means: meanCodes(codes, rated, histories),
    penalty: penaltyOn(codes, rated, tangents, hyperparameters),
    right: sparseDenseMatMul(rated, codes),
  }))
  const multiply = (w: tf.Tensor2D) => tf.tidy(() => timesNormalMatrix(w, codes, rated, system))
  const [rows, means] = await Promise.all([
    conjugateGradientWithin(multiply, system.right, tolerance, maxSteps).then(read),
    read(tf.clone(system.means)),
  ])
  tf.dispose(Object.values(system))
  disposeSparse(rated)
  for (const [user, { at }] of tangents.entries()) setBias(rows, means, user, at, codes.shape[1])
  return rows
}

const tolerance = 1e-6
const maxSteps = 400
/** With less the normal equations lose precision in 32 bits. */
const minPenalty = 1e-3

type Tangent = ReturnType<typeof tangentAt>

/** Each user's tangent of f at the mean rating, and the distance of each rating from that mean along the tangent. */
function linearize(
  histories: CsrMatrix,
  scale: RatingScale,
  hyperparameters: AutoRecHyperparameters,
): { deviations: Float32Array; tangents: Tangent[] } {
  const deviations = { ...histories, values: histories.values.slice() }
  const tangents = Array.from({ length: histories.rows }, (_, user) => {
    const { values } = rowOf(deviations, user)
    const sum = values.reduce((total, value) => total + value, 0)
    const mean = values.length > 0 ? sum / values.length : scale.mean
    const tangent = tangentAt(mean, scale, hyperparameters)
    for (let n = 0; n < values.length; n++) values[n] = (values[n]! - mean) / tangent.slope
    return tangent
  })
  return { deviations: deviations.values, tangents }
}

/** users × (k + 1) */
function meanCodes(codes: tf.Tensor2D, rated: SparseTensor, histories: CsrMatrix): tf.Tensor2D {
  const counts = Float32Array.from({ length: histories.rows }, (_, user) => rowLength(histories, user))
  const sums = sparseDenseMatMul(withValues(rated, tf.onesLike(rated.values)), codes)
  return tf.div(
    sums,
    tf.tensor2d(
      counts.map((count) => Math.max(count, 1)),
      [histories.rows, 1],
    ),
  )
}

/** users × (k + 1) or users × 1, in units of the squared error of a = w·h + b, which f multiplies by slope². */
function penaltyOn(
  codes: tf.Tensor2D,
  rated: SparseTensor,
  tangents: readonly Tangent[],
  { regularization, dropout }: AutoRecHyperparameters,
): tf.Tensor2D {
  const penalties = tangents.map(({ slope }) => Math.max(regularization / 2 / slope ** 2, minPenalty))
  const penalty = tf.tensor2d(penalties, [penalties.length, 1])
  if (dropout === 0) return penalty
  const squares = sparseDenseMatMul(withValues(rated, tf.onesLike(rated.values)), tf.square(codes))
  return tf.add(penalty, tf.mul(squares, dropout / (1 - dropout)))
}

/** (CᵀC + penalty) w for the centered codes C of each user's items: the mean is subtracted between the two products. */
function timesNormalMatrix(
  w: tf.Tensor2D,
  codes: tf.Tensor2D,
  rated: SparseTensor,
  { means, penalty }: { means: tf.Tensor2D; penalty: tf.Tensor2D },
): tf.Tensor2D {
  const average = tf.gather(tf.sum<tf.Tensor1D>(tf.mul(means, w), 1), rated.rowIndices)
  const centered = tf.sub<tf.Tensor1D>(sampledMatMul(w, codes, rated), average)
  return tf.add(sparseDenseMatMul(withValues(rated, centered), codes), tf.mul(penalty, w))
}

/** Sets b such that the tangent passes through the mean of the user's codes. */
function setBias(rows: Float32Array, means: Float32Array, user: number, at: number, size: number): void {
  const last = (user + 1) * size - 1
  let b = at
  for (let n = user * size; n < last; n++) b -= rows[n]! * means[n]!
  rows[last] = b
}
