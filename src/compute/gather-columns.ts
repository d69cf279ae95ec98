import type * as tf from '@tensorflow/tfjs'
import { runKernel, type SparseInputs, sparseInputs } from './kernel.ts'
import type { SparseTensor } from './sparse-tensor.ts'

export const gatherColumnsKernel = 'GatherColumns'

export interface GatherColumnsInputs extends SparseInputs {
  /** [columns] */
  readonly bias: tf.Tensor1D
}

export interface GatherColumnsAttributes {
  readonly shape: readonly [rows: number, columns: number]
}

/**
 * The element of `bias` ([columns]) that belongs to the column of each stored entry of `pattern`, in their order.
 * Differentiable in `bias`, which tfjs' own gather is not on every backend.
 *
 * @throws RangeError when there is not one element for each column.
 */
export function gatherColumns(bias: tf.Tensor1D, pattern: SparseTensor): tf.Tensor1D {
  if (bias.rank !== 1 || bias.size !== pattern.shape[1])
    throw new RangeError(
      `A pattern of shape [${pattern.shape}] needs a bias of shape [${pattern.shape[1]}], not [${bias.shape}]`,
    )
  return runKernel<tf.Tensor1D>(
    gatherColumnsKernel,
    { ...sparseInputs(pattern), bias },
    { shape: pattern.shape },
  )
}
