// Random noise on tensors, the same on every backend.

import * as tf from '@tensorflow/tfjs'
import { compactEntries } from './compact-entries.ts'
import { type DeviceRandom, philoxDropout, philoxNormal } from './philox.ts'
import { type SparseTensor, withValues } from './sparse-tensor.ts'

/** Independent standard normal draws in the shape of `like`. */
export function normalNoise(like: tf.Tensor2D, random: DeviceRandom): tf.Tensor2D {
  return philoxNormal(like, random.next())
}

/**
 * Sets each element to 0 with probability `rate` and divides the others by 1 − rate, so that its expectation stays
 * (Srivastava et al. 2014, inverted).
 */
export function dropout(x: tf.Tensor2D, rate: number, random: DeviceRandom): tf.Tensor2D {
  return rate === 0 ? x : philoxDropout(x, rate, 1 / (1 - rate), random.next())
}

/** Leaves each entry out with probability `rate` and divides the others by 1 − rate: dropout of a sparse input. */
export function dropEntries(sparse: SparseTensor, rate: number, random: DeviceRandom): SparseTensor {
  if (rate === 0) return sparse
  return compactEntries(withValues(sparse, philoxDropout(sparse.values, rate, 1 / (1 - rate), random.next())))
}

/** Leaves each entry out with probability `rate`; those left stay as they are. */
export function hideEntries(sparse: SparseTensor, rate: number, random: DeviceRandom): SparseTensor {
  if (rate === 0) return sparse
  return compactEntries(withValues(sparse, philoxDropout(sparse.values, rate, 1, random.next())))
}

/**
 * The corrupted input of a denoising autoencoder (Vincent, Larochelle, Bengio and Manzagol, ICML 2008): `dropEntries`,
 * then Gaussian noise on each remaining entry, with a standard deviation of `noise` times the entry.
 */
export function corrupt(
  sparse: SparseTensor,
  { dropout, noise }: { readonly dropout: number; readonly noise: number },
  random: DeviceRandom,
): SparseTensor {
  return disturbEntries(dropEntries(sparse, dropout, random), noise, random)
}

function disturbEntries(sparse: SparseTensor, std: number, random: DeviceRandom): SparseTensor {
  if (std === 0) return sparse
  const factor = tf.add<tf.Tensor1D>(tf.mul(philoxNormal(sparse.values, random.next()), std), 1)
  return withValues(sparse, tf.mul(sparse.values, factor))
}
