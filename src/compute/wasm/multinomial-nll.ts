import type * as tf from '@tensorflow/tfjs'
import type { MultinomialNllGradientInputs, MultinomialNllInputs } from '../multinomial-nll.ts'
import type { Heap } from './heap.ts'
import type { Kernels } from './load-kernels.ts'

export function simdMultinomialNll(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const { logits, offsets, indices, values } = call.inputs as unknown as MultinomialNllInputs
    const [rows, columns] = logits.shape
    const nll = heap.allocate([rows])
    const logNormalizer = heap.allocate([rows])
    kernels.multinomialNll(
      rows,
      columns,
      heap.addressOf(logits),
      heap.addressOf(offsets),
      heap.addressOf(indices),
      heap.addressOf(values),
      heap.addressOf(nll),
      heap.addressOf(logNormalizer),
    )
    return [nll, logNormalizer]
  }
}

export function simdMultinomialNllGradient(heap: Heap, kernels: Kernels): tf.KernelFunc {
  return (call) => {
    const inputs = call.inputs as unknown as MultinomialNllGradientInputs
    const [rows, columns] = inputs.logits.shape
    const out = heap.allocate([rows, columns])
    kernels.multinomialNllGradient(
      rows,
      columns,
      heap.addressOf(inputs.logits),
      heap.addressOf(inputs.offsets),
      heap.addressOf(inputs.indices),
      heap.addressOf(inputs.values),
      heap.addressOf(inputs.dy),
      heap.addressOf(inputs.logNormalizer),
      heap.addressOf(out),
    )
    return out
  }
}
