// Philox in plain JavaScript: draws on the host.
import * as tf from '@tensorflow/tfjs'
import { fillNormal, fillUniform, type PhiloxStream } from '../../random/philox.ts'
import type { PlainKernel } from '../kernel.ts'
import {
  type PhiloxAttributes,
  type PhiloxDropoutAttributes,
  type PhiloxDropoutInputs,
  type PhiloxInputs,
  philoxUniform,
} from '../philox.ts'

export const plainPhiloxUniform = drawnBy(fillUniform)
export const plainPhiloxNormal = drawnBy(fillNormal)

export const plainPhiloxDropout: PlainKernel<PhiloxDropoutInputs, PhiloxDropoutAttributes> = (
  { x, step },
  { key, stream, rate, factor },
) => {
  const stays = tf.greaterEqual(philoxUniform(x, { key, stream, step }), rate)
  return tf.mul(x, tf.mul(tf.cast(stays, 'float32'), factor))
}

function drawnBy(
  fill: (out: Float32Array, stream: PhiloxStream) => void,
): PlainKernel<PhiloxInputs, PhiloxAttributes> {
  return ({ step }, { like, key, stream }) => {
    const values = new Float32Array(like.size)
    fill(values, { key, stream, step: step.dataSync()[0]! })
    return tf.tensor(values, like.shape, 'float32')
  }
}
