import * as tf from '@tensorflow/tfjs'
import type { InnerProductSearch } from '../inner-product-search.ts'
import { requireInner, type SearchProjection, shortlistSize } from '../search-projection.ts'
import { topItems } from '../top-items.ts'

/** The search by a projection with the operations of any backend, for measuring what it finds. */
export function projectedSearch(
  vectors: tf.Tensor2D,
  bias: tf.Tensor1D,
  { inner, dimensions, mean, ofQueries, ofVectors }: SearchProjection,
): InnerProductSearch {
  const [columns, length] = vectors.shape
  requireInner({ inner, dimensions, mean, ofQueries, ofVectors }, length)
  const kept = tf.tidy(() => {
    const row = tf.tensor2d(mean, [1, inner])
    const tensors = {
      mean: row,
      ofQueries: tf.tensor2d(ofQueries, [inner, dimensions]),
      projected: tf.matMul<tf.Tensor2D>(vectors, tf.tensor2d(ofVectors, [inner, dimensions])),
      bias: tf.add<tf.Tensor1D>(bias, tf.reshape(tf.matMul(row, vectors, false, true), [-1])),
    }
    Object.values(tensors).forEach(tf.keep)
    return tensors
  })
  return {
    find: (queries, searches) => {
      const approximate = tf.tidy(() => {
        const projected = tf.matMul<tf.Tensor2D>(tf.sub(queries, kept.mean), kept.ofQueries)
        return tf.fused
          .matMul({ a: projected, b: kept.projected, transposeB: true, bias: kept.bias })
          .dataSync<'float32'>()
      })
      return searches.map(({ count, excluded, allowed }, row) => {
        const scores = approximate.subarray(row * columns, (row + 1) * columns)
        const shortlist = topItems(scores, excluded, shortlistSize(count), allowed).sort()
        if (shortlist.length === 0) return { items: shortlist, scores: new Float32Array(0) }
        const exact = tf.tidy(() => {
          const query = tf.slice(queries, [row, 0], [1, inner])
          const products = tf.matMul(query, tf.gather(vectors, shortlist), false, true)
          return tf.add(tf.reshape(products, [-1]), tf.gather(bias, shortlist)).dataSync<'float32'>()
        })
        const places = topItems(exact, new Int32Array(0), count)
        return {
          items: places.map((place) => shortlist[place]!),
          scores: Float32Array.from(places, (place) => exact[place]!),
        }
      })
    },
    dispose: () => tf.dispose(kept),
  }
}
