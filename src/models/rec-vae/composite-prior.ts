import * as tf from '@tensorflow/tfjs'
import { logDensity, type Normal } from '../normal.ts'

/**
 * log p(z | x) of each element under RecVAE's prior: 3/20 N(0, 1) + 3/4 q_old(z | x) + 1/10 N(0, e¹⁰), where q_old is the
 * posterior of the epoch before. The mixture is taken for each latent dimension by itself, as the authors' code does.
 */
export function logPrior(z: tf.Tensor2D, old: Normal): tf.Tensor2D {
  const zero = tf.zeros<tf.Rank.R2>([1, 1])
  const components: readonly (readonly [number, Normal])[] = [
    [3 / 20, { mean: zero, logVariance: zero }],
    [3 / 4, old],
    [1 / 10, { mean: zero, logVariance: tf.tensor2d([[10]]) }],
  ]
  const densities = components.map(([share, normal]) => tf.add(logDensity(z, normal), Math.log(share)))
  return tf.logSumExp(tf.stack(densities), 0)
}
