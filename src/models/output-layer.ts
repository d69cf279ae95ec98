// The last layer of a latent model whose scores are inner products of a query with a vector of each item, plus a bias.
import * as tf from '@tensorflow/tfjs'
import { holdFactor } from '../compute/hold-factor.ts'
import { type Found, openInnerProductSearch, type Search } from '../compute/inner-product-search.ts'
import { read } from '../compute/read.ts'
import { requireInner } from '../compute/search-projection.ts'
import type { LinearModel, ScoreProjection, TopKModel } from './scorer.ts'

interface OutputLayer {
  readonly latentSize: number
  /** items × inner; the caller disposes of it, after the layer */
  readonly vectors: tf.Tensor2D
  /** [items]; the caller disposes of it, after the layer */
  readonly bias: tf.Tensor1D
  /** users × latent to users × inner */
  queries(embeddings: tf.Tensor2D): tf.Tensor2D
}

type Decoder = Pick<LinearModel, 'decode' | 'outputLayer' | 'searchBy'> &
  Partial<Pick<TopKModel, 'topK' | 'projection'>>

/** `topK` is absent on a backend that finds the top items no faster than by computing all scores. */
export function openOutputLayer({
  latentSize,
  vectors,
  bias,
  queries,
}: OutputLayer): Decoder & { decodeTensor(embeddings: tf.Tensor2D): tf.Tensor2D; dispose(): void } {
  let search = openInnerProductSearch(vectors, bias)
  // A search keeps its own copy of the vectors and leaves too little to `decode` to justify another.
  const release = search ? () => {} : holdFactor(vectors)
  /** The vectors and the bias times the weights. */
  const projections: tf.Tensor[] = []

  function toTensor(embeddings: Float32Array): tf.Tensor2D {
    return tf.tensor2d(embeddings, [embeddings.length / latentSize, latentSize])
  }

  function queriesOf(embeddings: Float32Array): tf.Tensor2D {
    return queries(toTensor(embeddings))
  }

  function decodeTensor(embeddings: tf.Tensor2D): tf.Tensor2D {
    return tf.fused.matMul({ a: queries(embeddings), b: vectors, transposeB: true, bias }) as tf.Tensor2D
  }

  async function topK(embeddings: Float32Array, searches: readonly Search[]): Promise<Found[]> {
    const input = tf.tidy(() => queriesOf(embeddings))
    try {
      return search!.find(input, searches)
    } finally {
      input.dispose()
    }
  }

  function projection(weights: Float32Array, count: number): ScoreProjection {
    const [factor, ofBias] = tf.tidy(() => {
      const F = tf.tensor2d(weights, [vectors.shape[0], count])
      return [tf.matMul<tf.Tensor2D>(vectors, F, true), tf.matMul<tf.Tensor2D>(tf.reshape(bias, [1, -1]), F)]
    }) as [tf.Tensor2D, tf.Tensor2D]
    projections.push(factor, ofBias)
    return (embeddings) => read(tf.tidy(() => tf.add(tf.matMul(queriesOf(embeddings), factor), ofBias)))
  }

  return {
    decodeTensor,
    decode: (embeddings) => read(tf.tidy(() => decodeTensor(toTensor(embeddings)))),
    outputLayer: {
      vectors,
      bias,
      queries: (embeddings) => read(tf.tidy(() => queriesOf(embeddings))),
    },
    searchBy(searchProjection) {
      requireInner(searchProjection, vectors.shape[1])
      search?.dispose()
      search = openInnerProductSearch(vectors, bias, searchProjection)
    },
    ...(search && { topK, projection }),
    dispose() {
      release()
      search?.dispose()
      tf.dispose(projections)
    },
  }
}
