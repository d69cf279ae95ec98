import * as tf from '@tensorflow/tfjs'
import { normalNoise } from '../compute/noise.ts'
import type { Random } from '../random/random.ts'

/** Independent normal distributions: users × latent, or 1 × 1 for all alike. */
export interface Normal {
  readonly mean: tf.Tensor2D
  readonly logVariance: tf.Tensor2D
}

/** One draw μ + σ ε, differentiable in both. */
export function sample({ mean, logVariance }: Normal, random: Random): tf.Tensor2D {
  const epsilon = normalNoise(mean.shape, random)
  return tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), epsilon))
}

/** log N(z; μ, σ²) of each element. */
export function logDensity(z: tf.Tensor2D, { mean, logVariance }: Normal): tf.Tensor2D {
  const squares = tf.mul(tf.squaredDifference(z, mean), tf.exp(tf.neg(logVariance)))
  return tf.mul(tf.add(tf.add(squares, logVariance), Math.log(2 * Math.PI)), -0.5)
}

/** KL(N(μ, σ²) ‖ N(0, 1)) of each element: (σ² + μ² − 1 − log σ²) / 2. Kingma and Welling 2014, appendix B. */
export function klFromStandardNormal({ mean, logVariance }: Normal): tf.Tensor2D {
  const moments = tf.add(tf.exp(logVariance), tf.square(mean))
  return tf.mul(tf.sub(moments, tf.add(logVariance, 1)), 0.5)
}
