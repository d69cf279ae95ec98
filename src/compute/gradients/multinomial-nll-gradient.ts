import type * as tf from '@tensorflow/tfjs'
import { runKernel, sparseInputNames, sparseInputs } from '../kernel.ts'
import { multinomialNllGradientKernel, multinomialNllKernel } from '../multinomial-nll.ts'
import { savedSparse } from './saved-sparse.ts'

/** ∂logits_ui = ∂y_u (N_u softmax_i − x_ui), where N_u = Σ_i x_ui. */
export const multinomialNllGradient: tf.GradConfig = {
  kernelName: multinomialNllKernel,
  inputsToSave: [...sparseInputNames, 'logits'],
  outputsToSave: [false, true],
  gradFunc: (upstream, saved) => {
    const [dy] = upstream as tf.Tensor1D[]
    const [logits, logNormalizer] = (saved as tf.Tensor[]).slice(sparseInputNames.length)
    const counts = savedSparse(saved as tf.Tensor[], logits!.shape as [number, number])
    const inputs = { ...sparseInputs(counts), dy, logits, logNormalizer }
    return { logits: () => runKernel<tf.Tensor2D>(multinomialNllGradientKernel, inputs) }
  },
}
