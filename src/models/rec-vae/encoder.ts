// RecVAE's inference network: densely connected layers of one size.
import * as tf from '@tensorflow/tfjs'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import type { Random } from '../../random/random.ts'
import { applyFirstLayer, initializeLayers, layerName, layerNames } from '../autoencoder/layers.ts'
import type { Normal, Tensors } from '../autoencoder/multinomial-autoencoder.ts'
import { constant } from '../initializers.ts'
import type { Weights } from '../weights.ts'

/** `layers` hidden layers, and one that outputs μ and log σ² side by side. */
export function initializeEncoder(
  items: number,
  hidden: number,
  layers: number,
  latent: number,
  random: Random,
): Weights {
  const sizes = [items, ...new Array<number>(layers).fill(hidden), 2 * latent]
  const norms = Array.from({ length: layers }, (_, n) => [
    [normName(n).scale, constant(hidden, 1)],
    [normName(n).shift, constant(hidden, 0)],
  ])
  return { ...initializeLayers('encoder', sizes, random), ...Object.fromEntries(norms.flat()) }
}

export function encoderWeightNames(layers: number): string[] {
  const norms = Array.from({ length: layers }, (_, n) => Object.values(normName(n)))
  return [...layerNames('encoder', layers + 1), ...norms.flat()]
}

/**
 * q(z | x), users × latent: h_l = LN(swish(W_l h_{l−1} + b_l + Σ_{j<l} h_j)) with h₀ = x, which is in no sum; μ and log σ²
 * are linear in the last h.
 */
export function encode(weights: Tensors, x: SparseTensor): Normal {
  return encodeFrom(weights, applyFirstLayer(weights, 'encoder', x))
}

/** The same from W₀ x + b₀, users × hidden. */
export function encodeFrom(weights: Tensors, first: tf.Tensor2D): Normal {
  const weight = (n: number) => weights[layerName('encoder', n).weight] as tf.Tensor2D
  const bias = (n: number) => weights[layerName('encoder', n).bias] as tf.Tensor1D
  let h = normalize(swish(first), weights, 0)
  let sum = h
  let n = 1
  for (; normName(n).scale in weights; n++) {
    const image = tf.fused.matMul({ a: h, b: weight(n), bias: bias(n) })
    h = normalize(swish(tf.add(image, sum)), weights, n)
    sum = tf.add(sum, h)
  }
  const output = tf.fused.matMul({ a: h, b: weight(n), bias: bias(n) })
  const [mu, logVar] = tf.split(output, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { mu, logVar }
}

function swish(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.sigmoid(x))
}

/** Layer normalization (Ba, Kiros and Hinton 2016), with the authors' large ε. */
function normalize(x: tf.Tensor2D, weights: Tensors, n: number): tf.Tensor2D {
  const { scale, shift } = normName(n)
  const { mean, variance } = tf.moments(x, 1, true)
  const standardized = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 0.1)))
  return tf.add(tf.mul(standardized, weights[scale]!), weights[shift]!)
}

function normName(n: number): { readonly scale: string; readonly shift: string } {
  return { scale: `encoder.${n}.scale`, shift: `encoder.${n}.shift` }
}
