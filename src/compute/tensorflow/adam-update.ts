import * as tf from '@tensorflow/tfjs'
import type { AdamUpdateAttributes, AdamUpdateInputs } from '../adam.ts'
import { plainAdamUpdate } from '../plain/adam-update.ts'
import { kernelOf } from '../register-operations.ts'
import { alias } from './array-kernels.ts'
import { isRecording, recordUpdate } from './record-operations.ts'

const plain = kernelOf(plainAdamUpdate)

/** In plain operations; while a step is recorded, a note of the update, which resource variables then make in place. */
export const tensorflowAdamUpdate: tf.KernelFunc = (call) => {
  if (!isRecording()) return plain(call)
  const { parameter, gradient, mean, variance } = call.inputs as unknown as AdamUpdateInputs
  const { decay } = call.attrs as unknown as AdamUpdateAttributes
  tf.tidy(() => {
    const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, decay))
    recordUpdate({ parameter, mean, variance, gradient: slope })
  })
  return [parameter, mean, variance].map(alias)
}
