import * as tf from '@tensorflow/tfjs'
import { type GatherColumnsAttributes, gatherColumnsKernel } from '../gather-columns.ts'
import { sparseInputNames } from '../kernel.ts'
import { transposedSparseDenseMatMul } from '../sparse-dense-mat-mul.ts'
import { withValues } from '../sparse-tensor.ts'
import { savedSparse } from './saved-sparse.ts'

/** ∂bias_c is the sum of ∂y over the entries of column c: the pattern holding ∂y, transposed, times ones. */
export const gatherColumnsGradient: tf.GradConfig = {
  kernelName: gatherColumnsKernel,
  inputsToSave: [...sparseInputNames],
  gradFunc: (upstream, saved, attributes) => {
    const { shape } = attributes as unknown as GatherColumnsAttributes
    const dy = withValues(savedSparse(saved as tf.Tensor[], shape), upstream as tf.Tensor1D)
    return { bias: () => transposedSparseDenseMatMul(dy, tf.ones([shape[0], 1])).as1D() }
  },
}
