import * as tf from '@tensorflow/tfjs'
import { read } from '../compute/read.ts'
import type { ItemSpace } from './scorer.ts'

/**
 * The item vectors that lie in a weight, which stays its owner's.
 *
 * @param weight items × width or, where they stand in `columns`, width × items
 * @param size how many numbers of each belong to the vector, the first ones; all unless given
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
          const own = tf.gather(weight, items, along === 'rows' ? 0 : 1)
          return tf.slice(along === 'rows' ? own : tf.transpose(own), [0, 0], [items.length, size])
        }),
      ),
    itemProducts: (vectors) =>
      read(
        tf.tidy(() => {
          const given = tf.tensor2d(vectors, [vectors.length / size, size])
          const padded =
            width === size
              ? given
              : tf.pad(given, [
                  [0, 0],
                  [0, width - size],
                ])
          return tf.matMul(padded, weight, false, along === 'rows')
        }),
      ),
  }
}
