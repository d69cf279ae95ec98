// What each positive of a history contributes to a score w·c, where w solves a ridge regression.
import * as tf from '@tensorflow/tfjs'
import { conjugateGradient } from '../compute/conjugate-gradient.ts'
import { invertPositiveDefinite } from '../compute/invert-positive-definite.ts'
import { pause } from '../compute/pause.ts'
import { read } from '../compute/read.ts'

export interface UserRegression {
  /** positives × latent: the factors h_j of the positives. */
  readonly factors: tf.Tensor2D
  /** 1 × latent: c, the factors of the item. */
  readonly item: tf.Tensor2D
  /** latent × latent: α₀ HᵀH; zero if absent. */
  readonly gram?: tf.Tensor2D
  /** λ of the history. */
  readonly ridge: number
  /** λ of the history less one positive. */
  readonly ridgeWithout: number
}

/**
 * By how much w·c falls without each positive, for w = (Σ_j h_j h_jᵀ + α₀ HᵀH + λI)⁻¹ Σ_j h_j. With the λ of the smaller
 * history and G the inverse, u = G Σ_j h_j and s_j = h_jᵀ G h_j, the solution without j is u − G h_j (1 − h_j·u) / (1 − s_j)
 * (Sherman and Morrison 1950). The tensors belong to the caller.
 */
export async function ridgeContributions({
  factors,
  item,
  gram,
  ridge,
  ridgeWithout,
}: UserRegression): Promise<Float32Array> {
  const [count, latent] = factors.shape
  const inverse = await read(
    tf.tidy(() => {
      const products = tf.matMul<tf.Tensor2D>(factors, factors, true)
      return gram ? tf.add(products, gram) : products
    }),
  )
  await pause()
  for (let n = 0; n < latent; n++) inverse[n * (latent + 1)]! += ridgeWithout
  await invertPositiveDefinite(inverse, latent)
  const products = tf.tidy(() => {
    const G = tf.tensor2d(inverse, [latent, latent])
    const sum = tf.sum<tf.Tensor2D>(factors, 0, true)
    const images = tf.matMul<tf.Tensor2D>(factors, G)
    const toSum = tf.matMul<tf.Tensor2D>(images, sum, false, true)
    const toItem = tf.matMul<tf.Tensor2D>(images, item, false, true)
    const leverages = tf.sum<tf.Tensor2D>(tf.mul(images, factors), 1, true)
    const u = tf.matMul<tf.Tensor2D>(sum, G)
    const change = tf.sub<tf.Tensor2D>(solutionWithMoreRidge(G, u, ridge - ridgeWithout), u)
    return {
      ofPositives: tf.concat2d([toItem, toSum, leverages], 1),
      ridgeEffect: tf.matMul(change, item, false, true),
    }
  })
  await pause()
  const [ridgeEffect] = await read(products.ridgeEffect)
  const ofPositives = await read(products.ofPositives)
  return Float32Array.from({ length: count }, (_, j) => {
    const [toItem, toSum, leverage] = ofPositives.subarray(3 * j) as unknown as [number, number, number]
    return ridgeEffect! + (toItem * (1 - toSum)) / (1 - leverage)
  })
}

/** (G⁻¹ + δI)⁻¹ G⁻¹ u = (I + δG)⁻¹ u, whose condition is good: δ is far below the smallest eigenvalue of G⁻¹. */
function solutionWithMoreRidge(G: tf.Tensor2D, u: tf.Tensor2D, delta: number): tf.Tensor2D {
  if (delta === 0) return tf.clone(u)
  return conjugateGradient((x) => tf.add(x, tf.mul(tf.matMul(x, G), delta)), u, u, steps)
}

const steps = 10
