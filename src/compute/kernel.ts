// How an operation reaches the kernel of the current backend: tensors by name, sparse ones taken apart.
import * as tf from '@tensorflow/tfjs'
import type { SparseTensor } from './sparse-tensor.ts'

/** The parts of a sparse tensor under the names by which every kernel takes them. */
export interface SparseInputs {
  readonly offsets: tf.Tensor1D
  readonly rowIndices: tf.Tensor1D
  readonly indices: tf.Tensor1D
  readonly values: tf.Tensor1D
}

export const sparseInputNames = ['offsets', 'rowIndices', 'indices', 'values'] as const

export function sparseInputs({ offsets, rowIndices, indices, values }: SparseTensor): SparseInputs {
  return { offsets, rowIndices, indices, values }
}

/** Runs `kernelName` on the current backend, under the tape where one is recording. */
export function runKernel<T>(kernelName: string, inputs: object, attributes: object = {}): T {
  return tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap) as T
}

/** A kernel for every backend, written in plain tfjs operations whose intermediate tensors it frees. */
export type PlainKernel<Inputs, Attributes> = (
  inputs: Inputs,
  attributes: Attributes,
) => tf.Tensor | tf.Tensor[]
