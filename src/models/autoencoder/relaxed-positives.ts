// Differentiable samples of a user's positives from a decoder, for a discriminator.
import * as tf from '@tensorflow/tfjs'
import { type DeviceRandom, philoxUniform } from '../../compute/philox.ts'

/**
 * Positives drawn from the multinomial π = softmax(logits), relaxed to numbers between 0 and 1 and divided by the norm of
 * the row as the encoder's input is: rows × items.
 *
 * With a number of draws that is Poisson distributed with the mean n, the counts of the items are independent and Poisson
 * distributed with the means n π_i, so that item i is drawn with the probability 1 − exp(−n π_i): if log(n π_i) + G_i > 0
 * for Gumbel noise G_i. In place of the step is σ((log(n π_i) + G_i) / T), as in Maddison, Mnih and Teh, "The concrete
 * distribution", ICLR 2017. Expected counts n π would be simpler, but all of them lie between the 0 and 1 of real rows, so a
 * discriminator recognizes them whatever the decoder learns.
 *
 * @param counts the n of each row, [rows]
 */
export function relaxedPositives(
  logits: tf.Tensor2D,
  counts: tf.Tensor1D,
  random: DeviceRandom,
): tf.Tensor2D {
  const perRow = tf.reshape(tf.log(tf.maximum(counts, 1)), [-1, 1])
  const rates = tf.add(tf.logSoftmax(logits), perRow)
  const gumbel = tf.neg(tf.log(tf.neg(tf.log(philoxUniform(logits, random.next())))))
  const positives = tf.sigmoid(tf.div(tf.add(rates, gumbel), temperature))
  const squares = tf.sum(tf.square(positives), 1, true)
  return tf.mul(positives, tf.rsqrt(tf.add(squares, smallest)))
}

/** T */
const temperature = 0.5

/** Keeps the norm of a row of zeros above 0. */
const smallest = 1e-6
