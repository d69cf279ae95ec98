import * as tf from '@tensorflow/tfjs'
import type { Heap } from './heap.ts'

/** Copies what is asked for, where tfjs copies all of the tensor first. More than two dimensions stay with `stock`. */
export function frugalSlice(heap: Heap, stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as { x: tf.Tensor }
    const attributes = call.attrs as unknown as { begin: number[]; size: number[] }
    if (x.rank === 0 || x.rank > 2 || x.dtype !== 'float32') return stock(call)
    const [begin, size] = tf.slice_util.parseSliceParams(x, attributes.begin, attributes.size) as [
      number[],
      number[],
    ]
    const out = heap.allocate(size)
    const [from, to] = [heap.floats(x), heap.floats(out)]
    const width = x.shape.at(-1)!
    const columns = size.at(-1)!
    for (let row = 0; row < to.length / columns; row++) {
      const start = (x.rank === 2 ? (begin[0]! + row) * width : 0) + begin.at(-1)!
      to.set(from.subarray(start, start + columns), row * columns)
    }
    return out
  }
}
