// Matrices that many products have in common.
import * as tf from '@tensorflow/tfjs'

type Hold = (factor: tf.TensorInfo) => () => void

const holds = new Map<string, Hold>()

/**
 * Says that `factor`, which must not change, will be multiplied from the left by few rows again and again: the current
 * backend may keep it a second time, in the order in which it multiplies fastest.
 *
 * @returns lets go of it; to be called before the tensor is disposed of
 */
export function holdFactor(factor: tf.Tensor): () => void {
  return holds.get(tf.getBackend())?.(factor) ?? (() => {})
}

/** For a backend that gains by it. */
export function registerHold(backendName: string, hold: Hold): void {
  holds.set(backendName, hold)
}
