// The decoder rows that I-AutoRec's objective gives to users whose ratings are known, while the item codes stay.
import * as tf from '@tensorflow/tfjs'
import { conjugateGradientWithin } from '../../compute/conjugate-gradient.ts'
import { read } from '../../compute/read.ts'
import { sampledMatMul } from '../../compute/sampled-mat-mul.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { disposeSparse, type SparseTensor, uploadSparse, withValues } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { RatingScale } from '../rating-scale.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { tangentAt } from './output-activation.ts'

/**
 * For each user, argmin over w and b of Σ_i (r_i − f(w·h_i + b))² + λ/2 ‖w‖², the error in expectation over hidden
 * dropout, which adds p/(1 − p) Σ_i h_ij² to the penalty on w_j² (Wager, Wang and Liang 2013). Exact where f is the
 * identity; for the sigmoid, one Gauss-Newton step from the constant that is the user's mean. A user without ratings
 * has w = 0 and the b that gives the mean of all.
 *
 * This is ridge regression on the codes less their mean over the user's items, by conjugate gradients that never
 * write its matrix down.
 *
 * @param codes items × (k + 1): the item codes, and beside each a 1
 * @param histories users × items
 * @returns w and, last, b of each user: users × (k + 1)
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
    conjugateGradientWithin(multiply, system.right, tolerance, mostSteps).then(read),
    read(tf.clone(system.means)),
  ])
  tf.dispose(Object.values(system))
  disposeSparse(rated)
  for (const [user, { at }] of tangents.entries()) setBias(rows, means, user, at, codes.shape[1])
  return rows
}

const tolerance = 1e-6
const mostSteps = 400
/** Below it the normal equations would lose their last digits in 32 bits. */
const smallestPenalty = 1e-3

type Tangent = ReturnType<typeof tangentAt>

/** Each user's tangent of f at the mean of the ratings, and how far each rating is from there along it. */
function linearize(
  { rows, offsets, values }: CsrMatrix,
  scale: RatingScale,
  hyperparameters: AutoRecHyperparameters,
): { deviations: Float32Array; tangents: Tangent[] } {
  const deviations = new Float32Array(values.length)
  const tangents = Array.from({ length: rows }, (_, user) => {
    const [start, end] = [offsets[user]!, offsets[user + 1]!]
    let sum = 0
    for (let n = start; n < end; n++) sum += values[n]!
    const mean = end > start ? sum / (end - start) : scale.mean
    const tangent = tangentAt(mean, scale, hyperparameters)
    for (let n = start; n < end; n++) deviations[n] = (values[n]! - mean) / tangent.slope
    return tangent
  })
  return { deviations, tangents }
}

/** users × (k + 1) */
function meanCodes(codes: tf.Tensor2D, rated: SparseTensor, { rows, offsets }: CsrMatrix): tf.Tensor2D {
  const counts = Float32Array.from({ length: rows }, (_, user) => offsets[user + 1]! - offsets[user]!)
  const sums = sparseDenseMatMul(withValues(rated, tf.onesLike(rated.values)), codes)
  return tf.div(
    sums,
    tf.tensor2d(
      counts.map((count) => Math.max(count, 1)),
      [rows, 1],
    ),
  )
}

/** users × (k + 1) or users × 1, in units of the squared error of a = w·h + b, of which f makes slope² times as much. */
function penaltyOn(
  codes: tf.Tensor2D,
  rated: SparseTensor,
  tangents: readonly Tangent[],
  { regularization, dropout }: AutoRecHyperparameters,
): tf.Tensor2D {
  const own = tangents.map(({ slope }) => Math.max(regularization / 2 / slope ** 2, smallestPenalty))
  const penalty = tf.tensor2d(own, [own.length, 1])
  if (dropout === 0) return penalty
  const squares = sparseDenseMatMul(withValues(rated, tf.onesLike(rated.values)), tf.square(codes))
  return tf.add(penalty, tf.mul(squares, dropout / (1 - dropout)))
}

/** (CᵀC + penalty) w for the centered codes C of each user's items: the mean is taken off between the two products. */
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

/** b, which makes the tangent go through the mean of the user's codes. */
function setBias(rows: Float32Array, means: Float32Array, user: number, at: number, size: number): void {
  const last = (user + 1) * size - 1
  let b = at
  for (let n = user * size; n < last; n++) b -= rows[n]! * means[n]!
  rows[last] = b
}
