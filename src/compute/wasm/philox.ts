import type * as tf from '@tensorflow/tfjs'
import type {
  PhiloxAttributes,
  PhiloxDropoutAttributes,
  PhiloxDropoutInputs,
  PhiloxInputs,
} from '../philox.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

export function simdPhilox(heap: Heap, kernel: Kernels['philoxUniform']): tf.KernelFunc {
  return (call) => {
    const { step } = call.inputs as unknown as PhiloxInputs
    const { like, key, stream } = call.attrs as unknown as PhiloxAttributes
    const out = heap.allocate(like.shape)
    kernel(like.size, ...key, heap.integers(step)[0]!, stream, heap.addressOf(out))
    return out
  }
}

export function simdPhiloxDropout(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const { x, step } = call.inputs as unknown as PhiloxDropoutInputs
    const { key, stream, rate, factor } = call.attrs as unknown as PhiloxDropoutAttributes
    const out = heap.allocate(x.shape)
    const at = [heap.addressOf(x), heap.addressOf(out)] as const
    kernels.philoxDropout(x.size, ...key, heap.integers(step)[0]!, stream, rate, factor, ...at)
    return out
  }
}
