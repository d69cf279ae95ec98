import * as tf from '@tensorflow/tfjs'

/** ‖a_i − b_j‖² of all pairs of a point of a, n × dimensions, and one of b, m × dimensions: n × m. */
export function squaredDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.add(tf.sum(tf.square(a), 1, true), tf.reshape(tf.sum(tf.square(b), 1), [1, b.shape[0]]))
  return tf.relu(tf.sub<tf.Tensor2D>(squares, tf.mul(tf.matMul(a, b, false, true), 2)))
}
