// The largest of very many inner products, found without computing them all exactly.
import * as tf from '@tensorflow/tfjs'
import type { SearchProjection } from './search-projection.ts'

/** What is looked for among the vectors. */
export interface Search {
  /** How many. */
  readonly count: number
  /** Numbers of vectors to leave out, ascending. */
  readonly excluded: Int32Array
  /** A byte for each vector, 0 where it is to be left out as well; null where none is. */
  readonly allowed: Uint8Array | null
}

/** Numbers of vectors, the largest inner product first; of equal ones the lower number comes first. */
export interface Found {
  readonly items: Int32Array
  readonly scores: Float32Array
}

export interface InnerProductSearch {
  /**
   * For the first rows of `queries` the vectors with the largest inner products, as many rows as there are searches.
   * The inner products are exact, except for the rounding of single precision, and the same whatever the other rows are.
   * Without a projection, so is the choice of the vectors.
   *
   * @param queries rows × inner, at least two rows
   * @throws RangeError when the shapes do not fit each other, or a number or product is not finite
   */
  find(queries: tf.Tensor2D, searches: readonly Search[]): Found[]
  /** Frees what the search keeps; the vectors and the bias stay their owner's. */
  dispose(): void
}

export type OpenSearch = (
  vectors: tf.Tensor2D,
  bias: tf.Tensor1D,
  projection?: SearchProjection,
) => InnerProductSearch

const searches = new Map<string, OpenSearch>()

/**
 * A search in `queries · vectorsᵀ + bias`; undefined if the current backend finds nothing faster than by computing all
 * inner products.
 *
 * @param vectors count × inner, which must not change
 * @param bias [count]
 * @param projection makes the search approximate and faster
 */
export function openInnerProductSearch(
  vectors: tf.Tensor2D,
  bias: tf.Tensor1D,
  projection?: SearchProjection,
): InnerProductSearch | undefined {
  return searches.get(tf.getBackend())?.(vectors, bias, projection)
}

/** For a backend that gains by it. */
export function registerSearch(backendName: string, open: OpenSearch): void {
  searches.set(backendName, open)
}
