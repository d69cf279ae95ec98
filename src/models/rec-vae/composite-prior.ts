import * as tf from '@tensorflow/tfjs'
import type { Normal } from '../autoencoder/multinomial-autoencoder.ts'

/**
 * log p(z | x) of each element under RecVAE's prior: 3/20 N(0, 1) + 3/4 q_old(z | x) + 1/10 N(0, e¹⁰), where q_old is the
 * posterior of the previous epoch. As in the authors' code, each latent dimension has its own mixture.
 */
export function logPrior(z: tf.Tensor2D, old: Normal): tf.Tensor2D {
  const zero = tf.zeros<tf.Rank.R2>([1, 1])
  const components: readonly (readonly [number, Normal])[] = [
    [3 / 20, { mu: zero, logVar: zero }],
    [3 / 4, old],
    [1 / 10, { mu: zero, logVar: tf.tensor2d([[10]]) }],
  ]
  const densities = components.map(([share, normal]) => tf.add(logDensity(z, normal), Math.log(share)))
  return tf.logSumExp(tf.stack(densities), 0)
}

/** log N(z; μ, σ²) of each element. */
export function logDensity(z: tf.Tensor2D, { mu, logVar }: Normal): tf.Tensor2D {
  const squares = tf.mul(tf.squaredDifference(z, mu), tf.exp(tf.neg(logVar)))
  return tf.mul(tf.add(tf.add(squares, logVar), Math.log(2 * Math.PI)), -0.5)
}
