// A CSR matrix on the device.
import * as tf from '@tensorflow/tfjs'
import { type CsrMatrix, entryRows } from '../interactions/csr/csr-matrix.ts'

/** Compressed sparse rows as tensors; the caller that uploads it disposes of it. */
export interface SparseTensor {
  readonly shape: readonly [rows: number, columns: number]
  /** int32 [rows + 1] */
  readonly offsets: tf.Tensor1D
  /** int32 [entries], the row of each entry: coordinates are what some devices' sparse operations take. */
  readonly rowIndices: tf.Tensor1D
  /** int32 [entries], the column of each entry */
  readonly indices: tf.Tensor1D
  /** float32 [entries] */
  readonly values: tf.Tensor1D
}

export function uploadSparse(matrix: CsrMatrix): SparseTensor {
  return {
    shape: [matrix.rows, matrix.columns],
    offsets: tf.tensor1d(matrix.offsets, 'int32'),
    rowIndices: tf.tensor1d(entryRows(matrix), 'int32'),
    indices: tf.tensor1d(matrix.indices, 'int32'),
    values: tf.tensor1d(matrix.values, 'float32'),
  }
}

export function disposeSparse(matrix: SparseTensor): void {
  tf.dispose([matrix.offsets, matrix.rowIndices, matrix.indices, matrix.values])
}

/** float32 [rows], the number of entries of each row. */
export function countEntries({ shape: [rows], offsets }: SparseTensor): tf.Tensor1D {
  return tf.cast(tf.sub<tf.Tensor1D>(tf.slice(offsets, 1, rows), tf.slice(offsets, 0, rows)), 'float32')
}

/** Another matrix of the same pattern; shares all tensors but the values. */
export function withValues(pattern: SparseTensor, values: tf.Tensor1D): SparseTensor {
  return { ...pattern, values }
}
