import type * as tf from '@tensorflow/tfjs'
import type { SumOfSquaresInputs } from '../sum-of-squares.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

export function simdSumOfSquares(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as unknown as SumOfSquaresInputs
    const out = heap.allocate([])
    heap.floats(out)[0] = kernels.sumOfSquares(x.size, heap.addressOf(x))
    return out
  }
}
