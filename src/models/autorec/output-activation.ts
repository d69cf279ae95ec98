// f, the decoder's activation: the identity, or a sigmoid stretched over the range of the ratings.
import * as tf from '@tensorflow/tfjs'
import type { RatingScale } from '../rating-scale.ts'
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
 * The tangent of f where it gives `rating`: f(a) ≈ rating + slope · (a − at).
 * Towards the ends of its range the sigmoid has no slope; there it is taken a twentieth of the range inwards.
 */
export function tangentAt(
  rating: number,
  { lowest, highest }: RatingScale,
  { outputActivation }: OutputActivation,
): { at: number; slope: number } {
  if (outputActivation === 'identity') return { at: rating, slope: 1 }
  // a range of nothing has its only rating in the middle
  const range = highest - lowest || 1
  const share = Math.min(Math.max((rating - lowest) / range, 0.05), 0.95)
  return { at: Math.log(share / (1 - share)), slope: range * share * (1 - share) }
}
