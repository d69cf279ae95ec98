import * as tf from '@tensorflow/tfjs'
import type { SparseAdamUpdateAttributes, SparseAdamUpdateInputs } from '../adam.ts'
import type { PlainKernel } from '../kernel.ts'
import { type Slices, takeSlices } from '../slices.ts'
import { plainAdamUpdate } from './adam-update.ts'

/** Takes the slices, updates them and puts them back, which copies the whole parameter and its moments. */
export const plainSparseAdamUpdate: PlainKernel<SparseAdamUpdateInputs, SparseAdamUpdateAttributes> = (
  { positions, gradient, parameter, mean, variance },
  { axis, ...attributes },
) => {
  const slices = { axis, positions }
  const whole = [parameter, mean, variance]
  const [p, m, v] = whole.map((tensor) => takeSlices(tensor, slices)) as [tf.Tensor, tf.Tensor, tf.Tensor]
  const updated = plainAdamUpdate({ gradient, parameter: p, mean: m, variance: v }, attributes) as tf.Tensor[]
  return whole.map((tensor, n) => putSlices(tensor, updated[n]!, slices))
}

/** `x` with other values in the slices. */
function putSlices(x: tf.Tensor, values: tf.Tensor, { axis, positions }: Slices): tf.Tensor {
  const size = x.shape[axis]!
  const counted = tf.range(1, positions.size + 1, 1, 'float32')
  // [size], from 1; 0 where the position is not among them
  const place = tf.scatterND(positions.expandDims(1), counted, [size])
  const alongAxis = x.shape.map((_, n) => (n === axis ? size : 1))
  const isAmong = tf.reshape(tf.greater(place, 0), alongAxis)
  const spread = tf.gather(values, tf.cast(tf.maximum(tf.sub(place, 1), 0), 'int32'), axis)
  return tf.where(isAmong, spread, x)
}
