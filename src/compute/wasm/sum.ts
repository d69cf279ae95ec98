import * as tf from '@tensorflow/tfjs'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

/** Sums over the first axes, as a bias' gradient has them and tfjs transposes for; all others stay with `stock`. */
export function simdSum(heap: Heap, kernels: Kernels, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.Tensor }
    const { axis, keepDims } = call.attrs as unknown as { axis: number | number[]; keepDims: boolean }
    const axes = tf.util.parseAxisParam(axis, x.shape)
    const kept = x.shape.slice(axes.length)
    const leading = axes.every((one) => one < axes.length)
    if (!leading || kept.length === 0 || x.dtype !== 'float32' || x.size === 0) return stock(call)
    const columns = tf.util.sizeFromShape(kept)
    const out = heap.allocate(keepDims ? [...axes.map(() => 1), ...kept] : kept)
    kernels.columnSums(x.size / columns, columns, heap.addressOf(x), heap.addressOf(out))
    return out
  }
}
