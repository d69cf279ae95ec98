// Seeded noise on the device.
import * as tf from '@tensorflow/tfjs'
import type { Random } from '../random/random.ts'

/** Independent standard normal draws, two at a time by Box and Muller. */
export function normalNoise([rows, columns]: readonly [number, number], random: Random): tf.Tensor2D {
  const values = new Float32Array(rows * columns)
  for (let n = 0; n < values.length; n += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()))
    const angle = 2 * Math.PI * random.uniform()
    values[n] = radius * Math.cos(angle)
    // past the end of an odd number of draws this is lost
    values[n + 1] = radius * Math.sin(angle)
  }
  return tf.tensor2d(values, [rows, columns])
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
