import * as tf from '@tensorflow/tfjs'
import type { SparseInputs } from '../kernel.ts'

/** The sparse matrix as a dense one. */
export function densify(sparse: SparseInputs, shape: readonly [number, number]): tf.Tensor2D {
  // tfjs refuses to scatter nothing
  if (sparse.values.size === 0) return tf.zeros([...shape])
  return tf.scatterND(coordinates(sparse), sparse.values, [...shape])
}

/** entries × 2: row and column of each. */
export function coordinates({ rowIndices, indices }: SparseInputs): tf.Tensor2D {
  return tf.stack([rowIndices, indices], 1) as tf.Tensor2D
}
