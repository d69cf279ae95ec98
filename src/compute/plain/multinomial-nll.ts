import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import type { MultinomialNllGradientInputs, MultinomialNllInputs } from '../multinomial-nll.ts'
import { densify } from './densify.ts'

export const plainMultinomialNll: PlainKernel<MultinomialNllInputs, object> = (inputs) => {
  const counts = densify(inputs, inputs.logits.shape)
  const logNormalizer = tf.logSumExp(inputs.logits, 1)
  const explained = tf.sum(tf.mul(counts, inputs.logits), 1)
  return [tf.sub(tf.mul(tf.sum(counts, 1), logNormalizer), explained), logNormalizer]
}

export const plainMultinomialNllGradient: PlainKernel<MultinomialNllGradientInputs, object> = (inputs) => {
  const counts = densify(inputs, inputs.logits.shape)
  const softmax = tf.exp(tf.sub(inputs.logits, inputs.logNormalizer.expandDims(1)))
  const expected = tf.mul(tf.sum(counts, 1, true), softmax)
  return tf.mul(tf.sub(expected, counts), inputs.dy.expandDims(1))
}
