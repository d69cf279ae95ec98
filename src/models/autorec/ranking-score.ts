// From predicted ratings to a ranking.
import * as tf from '@tensorflow/tfjs'
import type { RatingStatistics } from './rating-statistics.ts'

/**
 * The score that ranks items: log P(the item is rated) + log P(the rating is positive | the predicted rating), up to a
 * constant. Predicted ratings alone say how a user would rate an item that was chosen at random. Ratings are missing not at
 * random, so that users would never choose most of the items with the highest predicted ratings (Marlin and Zemel 2009;
 * Steck 2010, which evaluates rankings over all items for this reason).
 *
 * The first probability is the item's share of the training ratings, with half a rating added. The second assumes that the
 * error of a predicted rating has a logistic distribution, whose tail has a closed form, with the standard deviation of
 * the training error.
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
  const logisticScale = Math.PI / Math.sqrt(3) / Math.max(residual, minResidual)
  return tf.add(tf.logSigmoid(tf.mul(tf.sub(ratings, positiveBoundary), logisticScale)), logShare)
}

/** [items] */
export function logShares({ itemRatings }: RatingStatistics): tf.Tensor1D {
  return tf.tensor1d(itemRatings.map((count) => Math.log(count + 0.5)))
}

const minResidual = 1e-3
