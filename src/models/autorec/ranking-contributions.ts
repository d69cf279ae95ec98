// What each positive of a history contributes to the score of an item, see `openImplicitRanking`.
import * as tf from '@tensorflow/tfjs'
import { invertPositiveDefinite } from '../../compute/invert-positive-definite.ts'
import { read } from '../../compute/read.ts'
import { ridgeContributions } from '../ridge-contributions.ts'

/**
 * By how much the score u·d falls without each positive, for u = (I + DᵀD)⁻¹ Dᵀ1, where the rows of D are the vectors of
 * the positives. With K = D Dᵀ, M = (I + K)⁻¹ and w = M 1, it falls by (M D d)_j w_j / M_jj without positive j: the inverse
 * without row and column j is a rank-one update of M (Sherman and Morrison 1950). Of M and (I + DᵀD)⁻¹, which give the same,
 * the smaller is computed.
 *
 * @param positives n × k: D
 * @param item 1 × k: d
 */
export async function rankingContributions(positives: tf.Tensor2D, item: tf.Tensor2D): Promise<Float32Array> {
  const [count, size] = positives.shape
  if (count > size) return ridgeContributions({ factors: positives, item, ridge: 1, ridgeWithout: 1 })
  const inverse = await read(
    tf.tidy(() => tf.add(tf.matMul(positives, positives, false, true), tf.eye(count))),
  )
  await invertPositiveDefinite(inverse, count)
  const products = await read(tf.tidy(() => tf.matMul(positives, item, false, true)))
  return Float32Array.from({ length: count }, (_, j) => {
    const row = inverse.subarray(j * count, (j + 1) * count)
    const w = row.reduce((sum, value) => sum + value, 0)
    const product = row.reduce((sum, value, n) => sum + value * products[n]!, 0)
    return (product * w) / row[j]!
  })
}
