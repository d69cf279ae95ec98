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
 * @param item [k]: d
 */
export async function rankingContributions(
  positives: Float32Array,
  item: Float32Array,
): Promise<Float32Array> {
  const size = item.length
  const count = positives.length / size
  if (count > size)
    return ridgeContributions({
      factors: positives,
      item,
      gram: new Float32Array(size * size),
      ridge: 1,
    })
  const inverse = await read(
    tf.tidy(() => {
      const D = tf.tensor2d(positives, [count, size])
      return tf.add(tf.matMul(D, D, false, true), tf.eye(count))
    }),
  )
  await invertPositiveDefinite(inverse, count)
  const products = Float64Array.from({ length: count }, (_, j) =>
    dot(positives.subarray(j * size, (j + 1) * size), item),
  )
  return Float32Array.from({ length: count }, (_, j) => {
    const row = inverse.subarray(j * count, (j + 1) * count)
    const w = row.reduce((sum, value) => sum + value, 0)
    return (dot(row, products) * w) / row[j]!
  })
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let n = 0; n < a.length; n++) sum += a[n]! * b[n]!
  return sum
}
