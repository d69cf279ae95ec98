import type * as tf from '@tensorflow/tfjs'
import { sparseInputNames } from '../kernel.ts'
import { sampledMatMul } from '../sampled-mat-mul.ts'
import {
  type SparseDenseMatMulAttributes,
  sparseDenseMatMul,
  sparseDenseMatMulKernel,
  transposedSparseDenseMatMul,
} from '../sparse-dense-mat-mul.ts'
import { savedSparse } from './saved-sparse.ts'

/** With y = S d: ∂d = Sᵀ ∂y, and ∂S at its entries is the sampled product of ∂y and d. */
export const sparseDenseMatMulGradient: tf.GradConfig = {
  kernelName: sparseDenseMatMulKernel,
  inputsToSave: [...sparseInputNames, 'dense'],
  gradFunc: (upstream, saved, attributes) => {
    const { shape, transpose } = attributes as unknown as SparseDenseMatMulAttributes
    const dy = upstream as tf.Tensor2D
    const sparse = savedSparse(saved as tf.Tensor[], shape)
    const dense = (saved as tf.Tensor[])[sparseInputNames.length] as tf.Tensor2D
    return {
      dense: () => (transpose ? sparseDenseMatMul : transposedSparseDenseMatMul)(sparse, dy),
      values: () => (transpose ? sampledMatMul(dense, dy, sparse) : sampledMatMul(dy, dense, sparse)),
    }
  },
}
