import type * as tf from '@tensorflow/tfjs'
import { sparseInputNames } from '../kernel.ts'
import { type SampledMatMulAttributes, sampledMatMulKernel } from '../sampled-mat-mul.ts'
import { sparseDenseMatMul, transposedSparseDenseMatMul } from '../sparse-dense-mat-mul.ts'
import { withValues } from '../sparse-tensor.ts'
import { savedSparse } from './saved-sparse.ts'

/** With D the pattern holding ∂y: ∂a = D b and ∂b = Dᵀ a. */
export const sampledMatMulGradient: tf.GradConfig = {
  kernelName: sampledMatMulKernel,
  inputsToSave: [...sparseInputNames, 'a', 'b'],
  gradFunc: (upstream, saved, attributes) => {
    const { shape } = attributes as unknown as SampledMatMulAttributes
    const dy = withValues(savedSparse(saved as tf.Tensor[], shape), upstream as tf.Tensor1D)
    const [a, b] = (saved as tf.Tensor2D[]).slice(sparseInputNames.length)
    return {
      a: () => sparseDenseMatMul(dy, b!),
      b: () => transposedSparseDenseMatMul(dy, a!),
    }
  },
}
