// The sampled product: rows gathered and multiplied where entries are few, the dense product where they are many.
import * as tf from '@tensorflow/tfjs'
import type { PlainKernel } from '../kernel.ts'
import { plainSampledMatMul } from '../plain/sampled-mat-mul.ts'
import type { SampledMatMulAttributes, SampledMatMulInputs } from '../sampled-mat-mul.ts'

export const tensorflowSampledMatMul: PlainKernel<SampledMatMulInputs, SampledMatMulAttributes> = (
  inputs,
  attributes,
) => {
  const { a, b, rowIndices, indices, values } = inputs
  if (values.size * denseAdvantage > attributes.shape[0] * attributes.shape[1])
    return plainSampledMatMul(inputs, attributes)
  return tf.sum(tf.mul(tf.gather(a, rowIndices), tf.gather(b, indices)), 1)
}

/** How many times faster a product of a dense matrix multiplication is than one of gathered rows. */
const denseAdvantage = 20
