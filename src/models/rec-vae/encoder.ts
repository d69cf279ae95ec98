// RecVAE's inference network: densely connected layers of one size.
import * as tf from '@tensorflow/tfjs'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import type { SparseTensor } from '../../compute/sparse-tensor.ts'
import type { Random } from '../../random/random.ts'
import { initializeLayers, layerNames } from '../autoencoder/layers.ts'
import type { Tensors } from '../autoencoder/multinomial-autoencoder.ts'
import { constant } from '../initializers.ts'
import type { Normal } from '../normal.ts'
import type { Weights } from '../weights.ts'

/** `layers` hidden layers and one that gives mean and log variance side by side. */
export function initializeEncoder(
  items: number,
  hidden: number,
  layers: number,
  latent: number,
  random: Random,
): Weights {
  const sizes = [items, ...new Array<number>(layers).fill(hidden), 2 * latent]
  const norms = Array.from({ length: layers }, (_, layer) => [
    [scaleName(layer), constant(hidden, 1)],
    [shiftName(layer), constant(hidden, 0)],
  ])
  return { ...initializeLayers('encoder', sizes, random), ...Object.fromEntries(norms.flat()) }
}

export function encoderNames(layers: number): string[] {
  const norms = Array.from({ length: layers }, (_, layer) => [scaleName(layer), shiftName(layer)])
  return [...layerNames('encoder', layers + 1), ...norms.flat()]
}

/**
 * q(z | x), users × latent: h_l = LN(swish(W_l h_{l−1} + b_l + Σ_{j<l} h_j)) with h₀ = x, which is in no sum; mean and
 * log variance are linear in the last h.
 */
export function encode(weights: Tensors, likes: SparseTensor): Normal {
  const matrix = (layer: number) => weights[`encoder.${layer}.weight`] as tf.Tensor2D
  const bias = (layer: number) => weights[`encoder.${layer}.bias`] as tf.Tensor1D
  const first = tf.add<tf.Tensor2D>(sparseDenseMatMul(likes, matrix(0)), bias(0))
  let h = normalize(swish(first), weights, 0)
  let sum = h
  let layer = 1
  for (; scaleName(layer) in weights; layer++) {
    const image = tf.fused.matMul({ a: h, b: matrix(layer), bias: bias(layer) })
    h = normalize(swish(tf.add(image, sum)), weights, layer)
    sum = tf.add(sum, h)
  }
  const moments = tf.fused.matMul({ a: h, b: matrix(layer), bias: bias(layer) })
  const [mean, logVariance] = tf.split(moments, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { mean, logVariance }
}

function swish(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(x, tf.sigmoid(x))
}

/** Layer normalization (Ba, Kiros and Hinton 2016), with the authors' large ε. */
function normalize(x: tf.Tensor2D, weights: Tensors, layer: number): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, 1, true)
  const standardized = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 0.1)))
  return tf.add(tf.mul(standardized, weights[scaleName(layer)]!), weights[shiftName(layer)]!)
}

const scaleName = (layer: number) => `encoder.${layer}.scale`
const shiftName = (layer: number) => `encoder.${layer}.shift`
