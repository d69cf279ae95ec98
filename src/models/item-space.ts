import * as tf from '@tensorflow/tfjs'
import { read } from '../compute/read.ts'
import type { ItemSpace } from './scorer.ts'

/**
 * The item vectors that are rows or columns of a weight; the caller still owns the weight.
 *
 * @param weight items × width, or width × items if the vectors are its `columns`
 * @param size the length of the vectors, whose remaining numbers are ignored; the whole width by default
 */
export function itemSpaceOf(
  weight: tf.Tensor2D,
  along: 'rows' | 'columns',
  size: number = weight.shape[along === 'rows' ? 1 : 0],
): ItemSpace {
  const width = weight.shape[along === 'rows' ? 1 : 0]
  return {
    itemVectorSize: size,
    itemVectors: (items) =>
      read(
        tf.tidy(() => {
          const selected = tf.gather(weight, items, along === 'rows' ? 0 : 1)
          const rows = along === 'rows' ? selected : tf.transpose(selected)
          return tf.slice(rows, [0, 0], [items.length, size])
        }),
      ),
    itemProducts: (vectors) =>
      read(
        tf.tidy(() => {
          const queries = tf.tensor2d(vectors, [vectors.length / size, size])
          const padded =
            width === size
              ? queries
              : tf.pad(queries, [
                  [0, 0],
                  [0, width - size],
                ])
          return tf.matMul(padded, weight, false, along === 'rows')
        }),
      ),
  }
}
