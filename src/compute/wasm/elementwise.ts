import type * as tf from '@tensorflow/tfjs'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

/** For functions that tfjs computes one number at a time here. */
export function simdElementwise(
  heap: Heap,
  kernel: Kernels['tanh' | 'exp'],
  stock: tf.KernelFunc,
): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.Tensor }
    if (x.dtype !== 'float32') return stock(call)
    const out = heap.allocate(x.shape)
    kernel(x.size, heap.addressOf(x), heap.addressOf(out))
    return out
  }
}
