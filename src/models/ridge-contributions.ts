// What each positive of a history contributes to a score w·c, where w solves a ridge regression.
import * as tf from '@tensorflow/tfjs'
import { invertPositiveDefinite } from '../compute/invert-positive-definite.ts'
import { read } from '../compute/read.ts'

export interface UserRegression {
  /** positives × latent: the factors h_j of the positives. */
  readonly factors: Float32Array
  /** [latent]: c, the factors of the item. */
  readonly item: Float32Array
  /** latent × latent: α₀ HᵀH, row-major. */
  readonly gram: Float32Array
  /** [latent]: w. Absent where λ is the same for histories of any length. */
  readonly solution?: Float32Array
  /** λ of the history less one positive. */
  readonly ridge: number
}

/**
 * By how much w·c falls without each positive, for w = (Σ_j h_j h_jᵀ + α₀ HᵀH + λI)⁻¹ Σ_j h_j. With the λ of the smaller
 * history and G the inverse, u = G Σ_j h_j and s_j = h_jᵀ G h_j, the solution without j is u − G h_j (1 − h_j·u) / (1 − s_j)
 * (Sherman and Morrison 1950).
 */
export async function ridgeContributions(regression: UserRegression): Promise<Float32Array> {
  const { factors, item, solution, ridge } = regression
  const latent = item.length
  const count = factors.length / latent
  const sum = new Float64Array(latent)
  for (let n = 0; n < factors.length; n++) sum[n % latent]! += factors[n]!
  const inverse = await systemMatrix(regression)
  for (let n = 0; n < latent; n++) inverse[n * (latent + 1)]! += ridge
  await invertPositiveDefinite(inverse, latent)
  const u = multiply(inverse, sum)
  const g = multiply(inverse, item)
  // of the difference between the λ of both histories
  const ridgeEffect = solution ? dot(solution, item, 0) - dot(u, item, 0) : 0
  const leverages = await leveragesOf(factors, inverse, latent)
  return Float32Array.from({ length: count }, (_, j) => {
    const start = j * latent
    const without = (dot(g, factors, start) * (1 - dot(u, factors, start))) / (1 - leverages[j]!)
    return ridgeEffect + without
  })
}

/** Σ_j h_j h_jᵀ + α₀ HᵀH */
async function systemMatrix({ factors, item, gram }: UserRegression): Promise<Float32Array> {
  const latent = item.length
  return read(
    tf.tidy(() => {
      const h = tf.tensor2d(factors, [factors.length / latent, latent])
      return tf.add<tf.Tensor2D>(tf.matMul(h, h, true), tf.tensor2d(gram, [latent, latent]))
    }),
  )
}

/** h_jᵀ G h_j of each positive. */
function leveragesOf(factors: Float32Array, inverse: Float32Array, latent: number): Promise<Float32Array> {
  return read(
    tf.tidy(() => {
      const h = tf.tensor2d(factors, [factors.length / latent, latent])
      return tf.sum(tf.mul(tf.matMul(h, tf.tensor2d(inverse, [latent, latent])), h), 1)
    }),
  )
}

/** The product of a symmetric matrix and a vector. */
function multiply(matrix: Float32Array, vector: ArrayLike<number>): Float64Array {
  const size = vector.length
  return Float64Array.from({ length: size }, (_, row) => dot(vector, matrix, row * size))
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, start: number): number {
  let sum = 0
  for (let n = 0; n < a.length; n++) sum += a[n]! * b[start + n]!
  return sum
}
