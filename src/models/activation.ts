// Elementwise activations of a layer's a = x W + b.
import * as tf from '@tensorflow/tfjs'

export const activations = ['identity', 'sigmoid', 'tanh'] as const
export type Activation = (typeof activations)[number]

/** g(a) */
export function activate<T extends tf.Tensor>(a: T, activation: Activation): T {
  if (activation === 'identity') return a
  return activation === 'sigmoid' ? tf.sigmoid(a) : tf.tanh(a)
}

/** g′(a) as a function of h = g(a): 1, h (1 − h) or 1 − h². */
export function slopeAt(h: tf.Tensor2D, activation: Activation): tf.Tensor2D {
  if (activation === 'identity') return tf.onesLike(h)
  return activation === 'sigmoid' ? tf.mul(h, tf.sub(1, h)) : tf.sub(1, tf.square(h))
}
