// What a search keeps of the factor and the bias that it searches in.
import { availableParallelism } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import type { Heap } from './heap.ts'
import { type IntegerFactor, openIntegerFactor } from './integer-product.ts'
import type { Kernels } from './load-kernels.ts'
import type { OnnxRuntime } from './onnx-session.ts'
import { quantizeColumns, usualError } from './quantize-columns.ts'

export interface SearchMeans {
  readonly heap: Heap
  readonly kernels: Kernels
  readonly runtime: OnnxRuntime
  /** Of the whole numbers that weights become. */
  readonly largest: number
}

export interface SearchIndex {
  readonly inner: number
  readonly columns: number
  readonly integers: IntegerFactor
  readonly bias: tf.Tensor1D
  /** Of the rounding of sums to single precision, and of products that are too small for it. */
  readonly slack: number
  /** From which length of a query on a product might be too large for single precision. */
  readonly longest: number
  /** `byColumn` is columns × inner; the others hold a number for each column. */
  readonly tensors: Readonly<
    Record<'byColumn' | 'steps' | 'doubts' | 'allowed' | 'out' | 'scores', tf.Tensor>
  >
}

/**
 * The factor is kept twice more, by columns and in bytes.
 *
 * @throws RangeError when the factor or the bias is not finite, or they do not fit each other
 */
export function buildIndex(
  { heap, runtime, largest }: SearchMeans,
  factor: tf.Tensor2D,
  bias: tf.Tensor1D,
): SearchIndex {
  const [inner, columns] = factor.shape
  const largestBias = largestOf(heap.floats(bias), columns)
  const { integers, steps, doubts } = quantizeColumns(heap.floats(factor), inner, columns, largest)
  const tensors = keepTensors(factor, steps, doubts)
  try {
    return {
      inner,
      columns,
      integers: openIntegerFactor(runtime, integers, [inner, columns], threadsFor(inner * columns)),
      bias,
      slack: largestBias * 2 ** -21 + inner * 2 ** -135,
      longest: (2 ** 126 * usualError) / doubts.reduce((top, doubt) => Math.max(top, doubt), 0),
      tensors,
    }
  } catch (error) {
    tf.dispose(tensors)
    throw error
  }
}

/** A product by a small factor takes less long than a second thread takes to wake. */
function threadsFor(size: number): number {
  return size < 2 ** 22 ? 1 : availableParallelism()
}

export function closeIndex({ integers, tensors }: SearchIndex): void {
  integers.dispose()
  tf.dispose(tensors)
}

function keepTensors(factor: tf.Tensor2D, steps: Float32Array, doubts: Float32Array): SearchIndex['tensors'] {
  return tf.tidy(() => {
    const columns = steps.length
    const tensors = {
      byColumn: tf.transpose(factor),
      steps: tf.tensor1d(steps),
      doubts: tf.tensor1d(doubts),
      allowed: tf.fill([Math.ceil(columns / 4)], 0x01010101, 'int32'),
      out: tf.zeros([columns], 'int32'),
      scores: tf.zeros([columns]),
    }
    Object.values(tensors).forEach(tf.keep)
    return tensors
  })
}

/** @throws RangeError when there is not a finite number for each column */
function largestOf(bias: Float32Array, columns: number): number {
  if (bias.length !== columns)
    throw new RangeError(`The bias has ${bias.length} numbers for ${columns} items`)
  const unfit = bias.findIndex((value) => !Number.isFinite(value))
  if (unfit >= 0) throw new RangeError(`The bias of item ${unfit} is not finite`)
  return bias.reduce((top, value) => Math.max(top, Math.abs(value)), 0)
}
