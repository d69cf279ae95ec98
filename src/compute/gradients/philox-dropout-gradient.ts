import type * as tf from '@tensorflow/tfjs'
import { type PhiloxDropoutAttributes, philoxDropout, philoxDropoutKernel } from '../philox.ts'

/** ∂x is ∂y dropped out by the same draws. */
export const philoxDropoutGradient: tf.GradConfig = {
  kernelName: philoxDropoutKernel,
  inputsToSave: ['step'],
  gradFunc: (upstream, saved, attributes) => {
    const [step] = saved as tf.Tensor1D[]
    const { key, stream, rate, factor } = attributes as unknown as PhiloxDropoutAttributes
    return { x: () => philoxDropout(upstream as tf.Tensor, rate, factor, { key, stream, step: step! }) }
  },
}
