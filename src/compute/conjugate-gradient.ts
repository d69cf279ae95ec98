import * as tf from '@tensorflow/tfjs'

/**
 * Solves a symmetric positive definite system for each row, all at once, by conjugate gradients (Hestenes and Stiefel
 * 1952): exact after as many steps as a row has elements, near after a few where `start` is near.
 *
 * @param multiply gives A_r x_r in place of each row x_r
 * @param right rows × size
 * @param start rows × size, the solution that the search begins at
 */
export function conjugateGradient(
  multiply: (x: tf.Tensor2D) => tf.Tensor2D,
  right: tf.Tensor2D,
  start: tf.Tensor2D,
  steps: number,
): tf.Tensor2D {
  return tf.tidy(() => {
    let solution = start
    let residual: tf.Tensor2D = tf.sub(right, multiply(start))
    let direction = residual
    let size = dotRows(residual, residual)
    for (let step = 0; step < steps; step++) {
      const image = multiply(direction)
      const rate = tf.div(size, tf.maximum(dotRows(direction, image), smallest))
      solution = tf.add(solution, tf.mul(rate, direction))
      residual = tf.sub(residual, tf.mul(rate, image))
      const nextSize = dotRows(residual, residual)
      direction = tf.add(residual, tf.mul(tf.div(nextSize, tf.maximum(size, smallest)), direction))
      size = nextSize
    }
    return solution
  })
}

/** Keeps rows that are solved from dividing zero by zero. */
const smallest = 1e-30

function dotRows(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.mul(a, b), 1, true)
}
