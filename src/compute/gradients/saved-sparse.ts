import type * as tf from '@tensorflow/tfjs'
import type { SparseTensor } from '../sparse-tensor.ts'

/** The sparse tensor whose parts an operation saved first, in the order of `sparseInputNames`. */
export function savedSparse(saved: tf.Tensor[], shape: readonly [number, number]): SparseTensor {
  const [offsets, rowIndices, indices, values] = saved as tf.Tensor1D[]
  return { shape, offsets: offsets!, rowIndices: rowIndices!, indices: indices!, values: values! }
}
