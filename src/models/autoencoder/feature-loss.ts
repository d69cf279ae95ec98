// The feature-consistent loss of Hou, Shen, Sun and Qiu, "Deep feature consistent variational autoencoder", WACV 2017: a
// reconstruction is compared with the input in the feature space of another trained model, here iALS.
import * as tf from '@tensorflow/tfjs'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { countEntries, type SparseTensor } from '../../compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { Random } from '../../random/random.ts'
import { ials } from '../ials.ts'
import type { Weight } from '../weights.ts'

/** The name of the matrix of item features, which the loss reads and no update changes. */
export const featureWeight = 'features.items'

const featureCount = 64

/**
 * Item factors of iALS with its default hyperparameters, items × 64, divided by one number so that their mean square
 * length is 1: a list of items has the mean of their factors as its features.
 */
export async function trainItemFeatures(
  data: CsrMatrix,
  positiveThreshold: number,
  random: Random,
): Promise<Weight> {
  const hyperparameters = ials.resolve({ latent: featureCount, positiveThreshold }, data)
  const { items } = await ials.solve(data, hyperparameters, { random })
  const { shape, values } = items!
  const squares = values.reduce((sum, value) => sum + value * value, 0)
  const scale = squares > 0 ? Math.sqrt(data.columns / squares) : 0
  return { shape, values: values.map((value) => scale * value) }
}

/**
 * Σ over users of n ‖(x / n − π) F‖² for a user with n positives x and the softmax π of the logits: the distance between
 * the mean features of the user's items and those that the decoder expects, on the scale of the likelihood.
 *
 * @param F items × features
 */
export function featureLoss(logits: tf.Tensor2D, target: SparseTensor, F: tf.Tensor2D): tf.Scalar {
  const counts = tf.maximum(tf.reshape(countEntries(target), [-1, 1]), 1)
  const observed = tf.div(sparseDenseMatMul(target, F), counts)
  const expected = tf.matMul(tf.softmax(logits), F)
  return tf.sum(tf.mul(counts, tf.squaredDifference(observed, expected)))
}
