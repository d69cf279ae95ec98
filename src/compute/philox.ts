// Random draws on the device, by Philox 4×32-10: see random/philox.ts, which defines each number of a stream.
import type * as tf from '@tensorflow/tfjs'
import type { PhiloxKey } from '../random/philox.ts'
import { runKernel } from './kernel.ts'

export const philoxUniformKernel = 'PhiloxUniform'
export const philoxNormalKernel = 'PhiloxNormal'
export const philoxDropoutKernel = 'PhiloxDropout'

/** One stream of draws. The step comes as a tensor, since it changes from call to call of a recorded program. */
export interface Draw {
  readonly key: PhiloxKey
  readonly stream: number
  /** int32 [1] */
  readonly step: tf.Tensor1D
}

/** Gives the draws of one step, each from a stream of its own: the first from stream 0. */
export interface DeviceRandom {
  next(): Draw
}

export interface PhiloxInputs {
  /** int32 [1], third word of the counter */
  readonly step: tf.Tensor1D
}

export interface PhiloxAttributes {
  /** The result has its shape; its values are not read. No input, so that no gradient is asked for. */
  readonly like: tf.Tensor
  readonly key: PhiloxKey
  /** Fourth word of the counter. */
  readonly stream: number
}

export interface PhiloxDropoutInputs extends PhiloxInputs {
  readonly x: tf.Tensor
}

export interface PhiloxDropoutAttributes extends Omit<PhiloxAttributes, 'like'> {
  /** Probability of 0; an element becomes 0 where its uniform draw is below it. */
  readonly rate: number
  /** Factor of the elements that stay. */
  readonly factor: number
}

/** @param step int32 [1], updates made before this one */
export function createDeviceRandom(key: PhiloxKey, step: tf.Tensor1D): DeviceRandom {
  let stream = 0
  return { next: () => ({ key, stream: stream++, step }) }
}

/** Uniform draws in [0, 1) in the shape of `like`: `fillUniform` of random/philox.ts, to the bit. */
export function philoxUniform<T extends tf.Tensor>(like: T, { key, stream, step }: Draw): T {
  return runKernel(philoxUniformKernel, { step }, { like, key, stream })
}

/** Standard normal draws in the shape of `like`: `fillNormal` of random/philox.ts, up to rounding. */
export function philoxNormal<T extends tf.Tensor>(like: T, { key, stream, step }: Draw): T {
  return runKernel(philoxNormalKernel, { step }, { like, key, stream })
}

/** `x` with 0 where the uniform draw is below `rate`, and `factor` times the element elsewhere; differentiable in `x`. */
export function philoxDropout<T extends tf.Tensor>(
  x: T,
  rate: number,
  factor: number,
  { key, stream, step }: Draw,
): T {
  return runKernel(philoxDropoutKernel, { x, step }, { key, stream, rate, factor })
}
