// The training of CF-NADE (Zheng, Tang, Ding and Zhou, "A neural autoregressive approach to collaborative filtering", ICML
// 2016) for positives: the items of a user in a random order, each predicted from those before it.
import * as tf from '@tensorflow/tfjs'
import { type DeviceRandom, philoxUniform } from '../../compute/philox.ts'
import { sparseDenseMatMul } from '../../compute/sparse-dense-mat-mul.ts'
import { countEntries, type SparseTensor, withValues } from '../../compute/sparse-tensor.ts'

/**
 * Splits the n positives of each user at a random place of a random order: the m before it, divided by their norm, as the
 * input, and the others with the weight (n + 1) / (n − m), so that Σ −log p over them has the expectation of the sum over
 * all n items, each given those before it (ibid., section 3, after Uria, Murray and Larochelle, ICML 2014). Each positive
 * comes before the place with a probability that is uniform in [0, 1), so that all m from 0 to n are equally probable; there
 * is nothing to predict if m is n, hence n + 1 instead of their n.
 */
export function splitPositives(
  target: SparseTensor,
  random: DeviceRandom,
): { readonly before: SparseTensor; readonly after: SparseTensor } {
  const [rows, columns] = target.shape
  const ofEntries = (perRow: tf.Tensor): tf.Tensor1D =>
    tf.gather(tf.reshape(perRow, [rows]), target.rowIndices) as tf.Tensor1D
  const place = philoxUniform(tf.zeros<tf.Rank.R1>([rows]), random.next())
  const isBefore = tf.cast(
    tf.less(philoxUniform(target.values, random.next()), ofEntries(place)),
    'float32',
  ) as tf.Tensor1D
  const n = countEntries(target)
  const m = tf.reshape(sparseDenseMatMul(withValues(target, isBefore), tf.ones([columns, 1])), [rows])
  const norm = tf.rsqrt(tf.maximum(m, 1))
  const weight = tf.div(tf.add(n, 1), tf.maximum(tf.sub(n, m), 1))
  return {
    before: withValues(target, tf.mul(isBefore, ofEntries(norm))),
    after: withValues(target, tf.mul(tf.sub(1, isBefore), ofEntries(weight))),
  }
}
