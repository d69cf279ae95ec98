import type * as tf from '@tensorflow/tfjs'
import { runKernel } from './kernel.ts'

export const sumOfSquaresKernel = 'SumOfSquares'

export interface SumOfSquaresInputs {
  readonly x: tf.Tensor
}

/** Σ x² over all elements, in one pass: the squared Frobenius norm that penalties are made of. Differentiable. */
export function sumOfSquares(x: tf.Tensor): tf.Scalar {
  return runKernel<tf.Scalar>(sumOfSquaresKernel, { x })
}
