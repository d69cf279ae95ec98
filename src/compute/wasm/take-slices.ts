import type * as tf from '@tensorflow/tfjs'
import { layoutOf, type TakeSlicesAttributes, type TakeSlicesInputs } from '../slices.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

export function simdTakeSlices(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const { x, positions } = call.inputs as unknown as TakeSlicesInputs
    const { axis } = call.attrs as unknown as TakeSlicesAttributes
    const out = heap.allocate(x.shape.map((size, n) => (n === axis ? positions.size : size)))
    const addresses = [positions, x, out].map(heap.addressOf) as [number, number, number]
    kernels.takeSlices(...layoutOf(x.shape, axis), positions.size, ...addresses)
    return out
  }
}
