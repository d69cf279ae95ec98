import * as tf from '@tensorflow/tfjs'

/** ∂x is ∂y at every element. tfjs' own multiplies by ones that it makes in plain memory and uploads each time. */
export const sumGradient: tf.GradConfig = {
  kernelName: tf.Sum,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const [x] = saved as [tf.Tensor]
    const axes = tf.util.parseAxisParam((attributes as { axis?: number[] }).axis!, x.shape)
    const expanded = tf.reshape(
      dy as tf.Tensor,
      x.shape.map((size, n) => (axes.includes(n) ? 1 : size)),
    )
    return { x: () => tf.mul(expanded, tf.fill(x.shape, 1)) }
  },
}
