import type * as tf from '@tensorflow/tfjs'
import { runKernel, type SparseInputs, sparseInputs } from './kernel.ts'
import type { SparseTensor } from './sparse-tensor.ts'

export const multinomialNllKernel = 'MultinomialNll'
export const multinomialNllGradientKernel = 'MultinomialNllGradient'

/**
 * The counts x come as the sparse inputs. The kernel gives the likelihoods, [rows], and whatever its gradient needs of the
 * normalizer: log Σ exp of each row, unless the backend has reason to keep more.
 */
export interface MultinomialNllInputs extends SparseInputs {
  /** rows × columns */
  readonly logits: tf.Tensor2D
}

export interface MultinomialNllGradientInputs extends MultinomialNllInputs {
  /** [rows] */
  readonly dy: tf.Tensor1D
  /** The kernel's second output: log Σ exp of each row, or what the backend gives in its place. */
  readonly logNormalizer: tf.Tensor1D
}

/**
 * The multinomial negative log-likelihood of each row, without the constant multinomial coefficient:
 * −Σ_i x_ui log softmax_i(logits_u). Differentiable in `logits` (rows × columns); gives [rows].
 * Liang et al. 2018, equation 2.
 *
 * @throws RangeError when the shapes differ.
 */
export function multinomialNll(logits: tf.Tensor2D, counts: SparseTensor): tf.Tensor1D {
  if (logits.shape[0] !== counts.shape[0] || logits.shape[1] !== counts.shape[1])
    throw new RangeError(`Logits of shape [${logits.shape}] cannot explain counts of shape [${counts.shape}]`)
  return runKernel<tf.Tensor1D[]>(multinomialNllKernel, { ...sparseInputs(counts), logits })[0]!
}
