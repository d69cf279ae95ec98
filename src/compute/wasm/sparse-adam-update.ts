import type * as tf from '@tensorflow/tfjs'
import type { SparseAdamUpdateAttributes, SparseAdamUpdateInputs } from '../adam.ts'
import { layoutOf } from '../slices.ts'
import { adamFactors } from './adam-update.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

/**
 * Overwrites parameter and moments if no other tensor holds their data, so that a step does not cost the size of the
 * parameter. Only products of its slices are computed: see `simdAdamUpdate` for what a product of the parameter would keep.
 */
export function simdSparseAdamUpdate(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const { parameter, gradient, positions, mean, variance } =
      call.inputs as unknown as SparseAdamUpdateInputs
    const attributes = call.attrs as unknown as SparseAdamUpdateAttributes
    const outs = [parameter, mean, variance].map((tensor) => writable(heap, tensor))
    const addresses = [positions, gradient, ...outs].map(heap.addressOf)
    kernels.sparseAdam(
      ...layoutOf(parameter.shape, attributes.axis),
      positions.size,
      ...(addresses as [number, number, number, number, number]),
      ...adamFactors(attributes),
    )
    return outs
  }
}

/** The same tensor, or a copy where others hold its data. */
function writable(heap: Heap, tensor: tf.TensorInfo): tf.TensorInfo {
  if (heap.isExclusive(tensor)) return heap.alias(tensor)
  const copy = heap.allocate(tensor.shape)
  heap.floats(copy).set(heap.floats(tensor))
  return copy
}
