import * as tf from '@tensorflow/tfjs'
import { normalNoise } from '../../compute/noise.ts'
import { type DeviceRandom, philoxUniform } from '../../compute/philox.ts'

/**
 * Draws of the prior in the shape of `like`, rows × latent: N(0, I), or an equal mixture of `components` normals
 * N(c e_k, I), with e_k the k-th unit vector, so that component k is a direction of its own. Any two means are 4 standard
 * deviations apart (c = √8), so that 98 % of the draws of two components are nearest to their own mean.
 */
export function drawPrior(like: tf.Tensor2D, components: number, random: DeviceRandom): tf.Tensor2D {
  const noise = normalNoise(like, random)
  if (components === 1) return noise
  const [rows, latent] = like.shape
  const uniform = tf.reshape(philoxUniform(tf.zeros([rows, 1]), random.next()), [rows])
  const component = tf.cast(tf.floor(tf.mul(uniform, components)), 'int32')
  return tf.add(noise, tf.mul(tf.cast(tf.oneHot(component, latent), 'float32'), componentDistance))
}

/** The component whose mean is nearest to z, [latent]: that of its largest coordinate among those of the components. */
export function nearestComponent(z: Float32Array, components: number): number {
  let nearest = 0
  for (let k = 1; k < components; k++) if (z[k]! > z[nearest]!) nearest = k
  return nearest
}

/** c, the distance of the mean of a component from 0. */
const componentDistance = Math.sqrt(8)
