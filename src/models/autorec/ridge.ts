// Ridge regression with an unpenalized intercept, in closed form.
import * as tf from '@tensorflow/tfjs'
import { read } from '../../compute/read.ts'
import { solveCholesky } from './cholesky.ts'

/**
 * argmin over w and b of Σ_n (y_n − w·h_n − b)² + Σ_j penalty_j w_j².
 *
 * With C the centered rows scaled by penalty^−½, w = penalty^−½ v where (CᵀC + I) v = Cᵀ(y − ȳ); where there are
 * fewer rows than columns, v = Cᵀ a with (C Cᵀ + I) a = y − ȳ is the same and smaller (Woodbury).
 *
 * @param rows h, n × k, on the device; stays the caller's
 * @param penalty [k], positive, on the device; stays the caller's
 * @returns w and, last, b: k + 1 numbers
 */
export async function solveRidge(
  rows: tf.Tensor2D,
  y: Float32Array,
  penalty: tf.Tensor1D,
): Promise<Float32Array> {
  const [n, k] = rows.shape
  const { mean, scale, C, gram } = tf.tidy(() => {
    const mean = tf.mean<tf.Tensor1D>(rows, 0)
    const scale = tf.rsqrt(penalty)
    const C = tf.mul<tf.Tensor2D>(tf.sub(rows, mean), scale)
    return { mean, scale, C, gram: tf.matMul(C, C, n >= k, n < k) }
  })
  const [means, scales, centered, A] = await Promise.all([read(mean), read(scale), read(C), read(gram)])
  const average = y.reduce((sum, value) => sum + value, 0) / n
  const residuals = Float64Array.from(y, (value) => value - average)
  const v = n < k ? times(centered, solve(A, residuals), k) : solve(A, times(centered, residuals, k))
  return unscale(v, means, scales, average)
}

/** (A + I)⁻¹ y */
function solve(A: Float32Array, y: Float64Array): Float64Array {
  const shifted = new Float64Array(A)
  for (let r = 0; r < y.length; r++) shifted[r * y.length + r]! += 1
  return solveCholesky(shifted, y)
}

/** Cᵀ a for C of rows of `k`. */
function times(C: Float32Array, a: Float64Array, k: number): Float64Array {
  const product = new Float64Array(k)
  for (let row = 0; row < a.length; row++)
    for (let j = 0; j < k; j++) product[j]! += C[row * k + j]! * a[row]!
  return product
}

function unscale(v: Float64Array, means: Float32Array, scales: Float32Array, average: number): Float32Array {
  const solution = new Float32Array(v.length + 1)
  let b = average
  for (let j = 0; j < v.length; j++) {
    solution[j] = v[j]! * scales[j]!
    b -= solution[j]! * means[j]!
  }
  solution[v.length] = b
  return solution
}
