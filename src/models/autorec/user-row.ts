// The decoder row that I-AutoRec's objective gives to a user whose ratings are known, while the item codes stay.
import * as tf from '@tensorflow/tfjs'
import type { RatingScale } from '../rating-scale.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'
import { tangentAt } from './output-activation.ts'
import { solveRidge } from './ridge.ts'

/**
 * argmin over w and b of Σ_i (r_i − f(w·h_i + b))² + λ/2 ‖w‖², the error in expectation over hidden dropout, which
 * adds p/(1 − p) Σ_i h_ij² to the penalty on w_j² (Wager, Wang and Liang 2013). Exact where f is the identity; for
 * the sigmoid, one Gauss-Newton step from the constant that is the user's mean. A user without ratings has w = 0 and
 * the b that gives the mean of all.
 *
 * @param codes items × (k + 1): the item codes, and beside each a 1
 * @param items the rated ones
 * @param ratings one for each of `items`
 * @returns w and, last, b: k + 1 numbers
 */
export async function solveUserRow(
  codes: tf.Tensor2D,
  items: Int32Array,
  ratings: Float32Array,
  scale: RatingScale,
  hyperparameters: AutoRecHyperparameters,
): Promise<Float32Array> {
  const k = codes.shape[1] - 1
  if (items.length === 0) {
    const average = new Float32Array(k + 1)
    average[k] = tangentAt(scale.mean, scale, hyperparameters).at
    return average
  }
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length
  const { at, slope } = tangentAt(mean, scale, hyperparameters)
  const { rated, penalty } = tf.tidy(() => {
    const rated = tf.slice(tf.gather(codes, items), [0, 0], [items.length, k])
    return { rated, penalty: penaltyOn(rated, slope, hyperparameters) }
  })
  const row = await solveRidge(
    rated,
    ratings.map((rating) => at + (rating - mean) / slope),
    penalty,
  )
  tf.dispose([rated, penalty])
  return row
}

/** [k], in units of the squared error of a = w·h + b, of which f makes slope² times as much. */
function penaltyOn(
  rated: tf.Tensor2D,
  slope: number,
  { regularization, dropout }: AutoRecHyperparameters,
): tf.Tensor1D {
  const spread = tf.mul(tf.sum(tf.square(rated), 0), dropout / (1 - dropout))
  return tf.add(spread, Math.max(regularization / 2 / slope ** 2, smallestPenalty))
}

/** Below it the normal equations would lose their last digits in 32 bits. */
const smallestPenalty = 1e-3
