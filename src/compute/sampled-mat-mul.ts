import type * as tf from '@tensorflow/tfjs'
import { runKernel, type SparseInputs, sparseInputs } from './kernel.ts'
import type { SparseTensor } from './sparse-tensor.ts'

export const sampledMatMulKernel = 'SampledMatMul'

export interface SampledMatMulInputs extends SparseInputs {
  /** rows × size */
  readonly a: tf.Tensor2D
  /** columns × size */
  readonly b: tf.Tensor2D
}

export interface SampledMatMulAttributes {
  readonly shape: readonly [rows: number, columns: number]
}

/**
 * The product a bᵀ at the entries of `pattern` only: a_r · b_c for each stored (r, c), in their order. The values of
 * the pattern are not read. Differentiable in `a` (rows × size) and `b` (columns × size).
 *
 * @throws RangeError when the shapes do not fit the pattern or each other.
 */
export function sampledMatMul(a: tf.Tensor2D, b: tf.Tensor2D, pattern: SparseTensor): tf.Tensor1D {
  const [rows, columns] = pattern.shape
  if (a.shape[0] !== rows || b.shape[0] !== columns || a.shape[1] !== b.shape[1])
    throw new RangeError(
      `A pattern of shape [${pattern.shape}] samples the product of ${rows} × k and ${columns} × k, not of [${a.shape}] and [${b.shape}]`,
    )
  return runKernel<tf.Tensor1D>(
    sampledMatMulKernel,
    { ...sparseInputs(pattern), a, b },
    { shape: pattern.shape },
  )
}
