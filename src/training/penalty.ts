import * as tf from '@tensorflow/tfjs'
import { sumOfSquares } from '../compute/sum-of-squares.ts'

/** Σ λ/2 ‖w‖² over the weights that have a λ. */
export function penaltyOf(
  penalties: Readonly<Record<string, number>>,
  weights: Readonly<Record<string, tf.Tensor>>,
): tf.Scalar {
  return tf.tidy(() =>
    Object.entries(penalties).reduce<tf.Scalar>(
      (sum, [name, lambda]) => tf.add(sum, tf.mul(sumOfSquares(weights[name]!), lambda / 2)),
      tf.scalar(0),
    ),
  )
}
