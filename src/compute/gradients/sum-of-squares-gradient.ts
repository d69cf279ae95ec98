import * as tf from '@tensorflow/tfjs'
import { sumOfSquaresKernel } from '../sum-of-squares.ts'

/** ∂x = 2 ∂y x. */
export const sumOfSquaresGradient: tf.GradConfig = {
  kernelName: sumOfSquaresKernel,
  inputsToSave: ['x'],
  gradFunc: (upstream, saved) => {
    const [x] = saved as tf.Tensor[]
    return { x: () => tf.mul(x!, tf.mul(upstream as tf.Scalar, 2)) }
  },
}
