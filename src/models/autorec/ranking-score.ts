// From foretold ratings to a ranking.
import * as tf from '@tensorflow/tfjs'
import type { RatingStatistics } from './rating-statistics.ts'

/**
 * The score by which items are ranked: log P(the item gets rated) + log P(the rating is positive, given the one
 * foretold), up to a constant. Foretold ratings alone answer what a user would think of an item forced upon them;
 * ratings are missing not at random, so most of the items with the best foretold ratings would never be chosen
 * (Marlin and Zemel 2009; Steck 2010, which judges rankings over all items for this reason).
 *
 * The first factor is the item's share of the training ratings, with half a rating added; the second takes the error
 * of a foretold rating as logistic with the training error's deviation, so that its tail has a closed form.
 *
 * @param ratings users × items
 * @param logShare [items], see `logShares`
 */
export function rankingScore(
  ratings: tf.Tensor2D,
  logShare: tf.Tensor1D,
  { positiveBoundary, residual }: RatingStatistics,
): tf.Tensor2D {
  if (!Number.isFinite(positiveBoundary)) return tf.add(tf.zerosLike(ratings), logShare)
  const perDeviation = Math.PI / Math.sqrt(3) / Math.max(residual, smallestResidual)
  return tf.add(tf.logSigmoid(tf.mul(tf.sub(ratings, positiveBoundary), perDeviation)), logShare)
}

/** [items] */
export function logShares({ itemRatings }: RatingStatistics): tf.Tensor1D {
  return tf.tensor1d(itemRatings.map((count) => Math.log(count + 0.5)))
}

const smallestResidual = 1e-3
