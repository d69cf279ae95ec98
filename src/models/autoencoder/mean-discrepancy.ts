import * as tf from '@tensorflow/tfjs'
import { squaredDistances } from './squared-distances.ts'

/**
 * The squared maximum mean discrepancy between two samples, of any sizes, each points × dimensions: the mean of k(a, a′)
 * and of k(b, b′) less twice that of k(a, b), with k(a, b) = Σ_s C/(C + ‖a − b‖²), C = 2 d s, which are the kernels and
 * scales for a prior N(0, I) of d dimensions in Tolstikhin, Bousquet, Gelly and Schölkopf, "Wasserstein auto-encoders",
 * ICLR 2018. The means are over all pairs, including those of a point with itself (Gretton et al. 2012, equation 5), so
 * that the result is never negative and a sample may be a single point.
 */
export function meanDiscrepancy(a: tf.Tensor2D, b: tf.Tensor2D): tf.Scalar {
  const between = tf.mul(tf.mean(kernel(a, b)), 2)
  return tf.sub(tf.add(tf.mean(kernel(a, a)), tf.mean(kernel(b, b))), between)
}

const scales = [0.1, 0.2, 0.5, 1, 2, 5, 10]

function kernel(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const distances = squaredDistances(a, b)
  return tf.addN(
    scales.map((scale) => {
      const C = 2 * a.shape[1] * scale
      return tf.div<tf.Tensor2D>(C, tf.add(distances, C))
    }),
  ) as tf.Tensor2D
}
