import type * as tf from '@tensorflow/tfjs'
import type { GatherColumnsInputs } from '../gather-columns.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

export function simdGatherColumns(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const { indices, bias } = call.inputs as unknown as GatherColumnsInputs
    const out = heap.allocate(indices.shape)
    kernels.gather(indices.size, heap.addressOf(indices), heap.addressOf(bias), heap.addressOf(out))
    return out
  }
}
