import type * as tf from '@tensorflow/tfjs'
import { runKernel, type SparseInputs, sparseInputs } from './kernel.ts'
import type { SparseTensor } from './sparse-tensor.ts'

export const sparseDenseMatMulKernel = 'SparseDenseMatMul'

export interface SparseDenseMatMulInputs extends SparseInputs {
  readonly dense: tf.Tensor2D
}

export interface SparseDenseMatMulAttributes {
  readonly shape: readonly [rows: number, columns: number]
  /** Whether the sparse matrix enters transposed. */
  readonly transpose: boolean
}

/**
 * The product of a sparse rows × columns and a dense columns × size matrix: rows × size. Differentiable in `dense`
 * and in the values of `sparse`.
 *
 * @throws RangeError when the inner sizes differ.
 */
export function sparseDenseMatMul(sparse: SparseTensor, dense: tf.Tensor2D): tf.Tensor2D {
  return multiply(sparse, dense, false)
}

/** The same with the sparse matrix transposed: columns × rows times rows × size. */
export function transposedSparseDenseMatMul(sparse: SparseTensor, dense: tf.Tensor2D): tf.Tensor2D {
  return multiply(sparse, dense, true)
}

function multiply(sparse: SparseTensor, dense: tf.Tensor2D, transpose: boolean): tf.Tensor2D {
  const inner = sparse.shape[transpose ? 0 : 1]
  if (dense.rank !== 2 || dense.shape[0] !== inner)
    throw new RangeError(
      `A sparse matrix of shape [${sparse.shape}]${transpose ? ', transposed,' : ''} multiplies a dense one with ${inner} rows, not one of shape [${dense.shape}]`,
    )
  return runKernel<tf.Tensor2D>(
    sparseDenseMatMulKernel,
    { ...sparseInputs(sparse), dense },
    { shape: sparse.shape, transpose },
  )
}
