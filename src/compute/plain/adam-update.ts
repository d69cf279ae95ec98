import * as tf from '@tensorflow/tfjs'
import type { AdamUpdateAttributes, AdamUpdateInputs } from '../adam.ts'
import type { PlainKernel } from '../kernel.ts'

export const plainAdamUpdate: PlainKernel<AdamUpdateInputs, AdamUpdateAttributes> = (
  { parameter, gradient, mean, variance },
  { rate, decay, beta1, beta2, epsilon, meanCorrection, varianceCorrection },
) => {
  const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, decay))
  const newMean = tf.add(tf.mul(mean, beta1), tf.mul(slope, 1 - beta1))
  const newVariance = tf.add(tf.mul(variance, beta2), tf.mul(tf.square(slope), 1 - beta2))
  const deviation = tf.sqrt(tf.div(newVariance, varianceCorrection))
  const direction = tf.div(tf.div(newMean, meanCorrection), tf.add(deviation, epsilon))
  return [tf.sub(parameter, tf.mul(direction, rate)), newMean, newVariance]
}
