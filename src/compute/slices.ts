import type * as tf from '@tensorflow/tfjs'
import { runKernel } from './kernel.ts'

/** Some positions of one axis, such as the rows of an encoder or the columns of a decoder that belong to a few items. */
export interface Slices {
  readonly axis: number
  /** int32, distinct */
  readonly positions: tf.Tensor1D
}

export const takeSlicesKernel = 'TakeSlices'

export interface TakeSlicesInputs {
  readonly x: tf.Tensor
  readonly positions: tf.Tensor1D
}

export interface TakeSlicesAttributes {
  readonly axis: number
}

/** The slices of `x` in the order of their positions, as a smaller tensor. Not differentiable. */
export function takeSlices<T extends tf.Tensor>(x: T, { axis, positions }: Slices): T {
  return runKernel(takeSlicesKernel, { x, positions }, { axis })
}

/** A tensor as outer × size × inner, where `size` is the length of the axis. */
export function layoutOf(
  shape: readonly number[],
  axis: number,
): [outer: number, size: number, inner: number] {
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1)
  return [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))]
}
