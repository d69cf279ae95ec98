import type * as tf from '@tensorflow/tfjs'
import type { SparseInputs } from '../kernel.ts'
import type { Heap } from './heap.ts'

/** The sparse matrix as a dense one in scratch memory, which the caller frees. */
export function densified(heap: Heap, sparse: SparseInputs, rows: number, columns: number): tf.TensorInfo {
  const matrix = heap.allocate([rows, columns])
  const dense = heap.floats(matrix).fill(0)
  const rowIndices = heap.integers(sparse.rowIndices)
  const indices = heap.integers(sparse.indices)
  const values = heap.floats(sparse.values)
  for (let n = 0; n < values.length; n++) dense[rowIndices[n]! * columns + indices[n]!] = values[n]!
  return matrix
}
