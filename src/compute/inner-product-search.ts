// The largest of very many inner products, found without computing them all exactly.
import * as tf from '@tensorflow/tfjs'

/** What is looked for among the columns. */
export interface Search {
  /** How many. */
  readonly count: number
  /** Columns to leave out, ascending. */
  readonly excluded: Int32Array
  /** A byte for each column, 0 where it is to be left out as well; null where none is. */
  readonly allowed: Uint8Array | null
}

/** Columns, the largest first; of equal ones the lower number comes first. */
export interface Found {
  readonly items: Int32Array
  readonly scores: Float32Array
}

export interface InnerProductSearch {
  /**
   * For the first rows of `queries` the columns with the largest inner products, as many rows as there are searches.
   * What is found is exact: in value but for the rounding of single precision, and the same whatever rows stand beside.
   *
   * @param queries rows × inner, two rows at least
   * @throws RangeError where the shapes do not fit each other, or a number or product is not finite
   */
  find(queries: tf.Tensor2D, searches: readonly Search[]): Found[]
  /** Frees what it keeps, the factor and the bias stay their owner's. */
  dispose(): void
}

type Open = (factor: tf.Tensor2D, bias: tf.Tensor1D) => InnerProductSearch

const searches = new Map<string, Open>()

/**
 * A search in `queries · factor + bias`; undefined where the current backend finds them no faster than by looking
 * through all.
 *
 * @param factor inner × columns, which must not change
 * @param bias [columns]
 */
export function openInnerProductSearch(
  factor: tf.Tensor2D,
  bias: tf.Tensor1D,
): InnerProductSearch | undefined {
  return searches.get(tf.getBackend())?.(factor, bias)
}

/** For a backend that gains by it. */
export function registerSearch(backendName: string, open: Open): void {
  searches.set(backendName, open)
}
