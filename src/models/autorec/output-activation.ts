// f, the activation of the decoder: the identity, or a sigmoid scaled to the range of the ratings.
import * as tf from '@tensorflow/tfjs'
import type { RatingScale } from '../../interactions/rating-scale.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'

type OutputActivation = Pick<AutoRecHyperparameters, 'outputActivation'>

/** f(a), in the units of the ratings. */
export function activateOutput<T extends tf.Tensor>(
  a: T,
  { lowest, highest }: RatingScale,
  { outputActivation }: OutputActivation,
): T {
  if (outputActivation === 'identity') return a
  return tf.add(tf.mul(tf.sigmoid(a), highest - lowest), lowest)
}

/**
 * The tangent of f at f(a) = `rating`: f(a) ≈ rating + slope · (a − at). The sigmoid is flat near the ends of its range;
 * there the tangent is taken a twentieth of the range further inside.
 */
export function tangentAt(
  rating: number,
  { lowest, highest }: RatingScale,
  { outputActivation }: OutputActivation,
): { at: number; slope: number } {
  if (outputActivation === 'identity') return { at: rating, slope: 1 }
  // if all ratings are equal, the only one is in the middle of the range
  const range = highest - lowest || 1
  const share = Math.min(Math.max((rating - lowest) / range, 0.05), 0.95)
  return { at: Math.log(share / (1 - share)), slope: range * share * (1 - share) }
}
