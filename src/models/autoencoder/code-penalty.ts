// Penalties on the code h of an autoencoder, each summed over the users of a batch.
import * as tf from '@tensorflow/tfjs'
import { type Activation, slopeAt } from '../activation.ts'

/** Σ_u Σ_j |h_uj|, which makes most units of a code nearly 0. Goodfellow, Bengio and Courville 2016, section 14.2.1. */
export function absoluteCode(h: tf.Tensor2D): tf.Scalar {
  return tf.sum(tf.abs(h))
}

/**
 * Σ_u Σ_j KL(ρ ‖ ρ̂_j) with ρ̂_j the mean of h_j, in (0, 1), over the batch:
 * KL = ρ log(ρ/ρ̂) + (1 − ρ) log((1 − ρ)/(1 − ρ̂)). Ng, "Sparse autoencoder", CS294A lecture notes, 2011.
 */
export function klSparsity(h: tf.Tensor2D, rho: number): tf.Scalar {
  const mean = tf.clipByValue(tf.mean(h, 0), smallest, 1 - smallest)
  const entropy = rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho)
  const crossed = tf.add(tf.mul(tf.log(mean), -rho), tf.mul(tf.log(tf.sub(1, mean)), rho - 1))
  return tf.mul(tf.sum(tf.add(crossed, entropy)), h.shape[0])
}

/** Keeps the logarithms finite. */
const smallest = 1e-6

/**
 * Σ_u ‖∂h/∂x‖²_F = Σ_u Σ_j g′(a_uj)² Σ_i V_ij² for the layer h = g(x V + b). Rifai, Vincent, Muller, Glorot and Bengio,
 * "Contractive auto-encoders", ICML 2011, equation 7.
 *
 * @param V inputs × units
 */
export function squaredJacobian(h: tf.Tensor2D, V: tf.Tensor2D, activation: Activation): tf.Scalar {
  const slopes = tf.sum(tf.square(slopeAt(h, activation)), 0) // [units]
  return tf.sum(tf.mul(slopes, tf.sum(tf.square(V), 0)))
}
