// Seeded noise on the device.
import * as tf from '@tensorflow/tfjs'
import type { Random } from '../random/random.ts'

/** Independent standard normal draws. */
export function normalNoise(shape: readonly [number, number], random: Random): tf.Tensor2D {
  return tf.tensor2d(draw(shape, random.normal), [...shape])
}

/**
 * Sets each element to 0 with probability `rate` and divides the others by 1 − rate, so that its expectation stays
 * (Srivastava et al. 2014, inverted).
 */
export function dropout(x: tf.Tensor2D, rate: number, random: Random): tf.Tensor2D {
  if (rate === 0) return x
  const kept = 1 / (1 - rate)
  return tf.mul(
    x,
    tf.tensor2d(
      draw(x.shape, () => (random.uniform() < rate ? 0 : kept)),
      x.shape,
    ),
  )
}

function draw([rows, columns]: readonly [number, number], next: () => number): Float32Array {
  const values = new Float32Array(rows * columns)
  for (let n = 0; n < values.length; n++) values[n] = next()
  return values
}
