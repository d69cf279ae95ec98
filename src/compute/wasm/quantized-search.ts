// The search with 8-bit products first, and exact ones for those that may be among the largest.
//
// With x = x̂ + δ and w = ŵ + ε, where the hats are rounded to whole multiples of a step, x·w lies within
// ‖x‖ ‖ε‖ + ‖δ‖ ‖ŵ‖ of x̂·ŵ by the inequality of Cauchy and Schwarz: nothing that could be among the largest is lost.
// For one number less to each column that is taken as at most max(‖x‖, ‖δ‖ / κ) (‖ε‖ + κ ‖ŵ‖).
import { availableParallelism } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import type { Found, InnerProductSearch, Search } from '../inner-product-search.ts'
import { topItems } from '../top-items.ts'
import type { Heap } from './heap.ts'
import { type IntegerFactor, openIntegerFactor } from './integer-product.ts'
import type { Kernels } from './load-kernels.ts'
import type { OnnxRuntime } from './onnx-session.ts'

interface Means {
  readonly heap: Heap
  readonly kernels: Kernels
  readonly runtime: OnnxRuntime
  /** Of the whole numbers that weights become. */
  readonly largest: number
}

/** Opens searches on the heap; the factor is kept twice more, by columns and in bytes, from the first one on. */
export function quantizedSearch(means: Means) {
  return (factor: tf.Tensor2D, bias: tf.Tensor1D): InnerProductSearch => {
    let index: Index | undefined
    return {
      find: (queries, searches) => {
        index ??= buildIndex(means, factor, bias)
        return find(means, index, queries, searches)
      },
      dispose: () => {
        if (index === undefined) return
        index.integers.dispose()
        Object.values(index.tensors).forEach(means.heap.free)
        index.byColumn.dispose()
      },
    }
  }
}

/** κ: near ‖δ‖ / ‖x‖ of most queries. */
const usualError = 0.005

interface Index {
  readonly inner: number
  readonly columns: number
  readonly integers: IntegerFactor
  /** columns × inner */
  readonly byColumn: tf.Tensor
  readonly bias: tf.Tensor1D
  /** Of the rounding of sums to single precision. */
  readonly slack: number
  readonly tensors: Readonly<Record<'steps' | 'doubts' | 'allowed' | 'out' | 'scores', tf.TensorInfo>>
}

function buildIndex({ heap, runtime, largest }: Means, factor: tf.Tensor2D, bias: tf.Tensor1D): Index {
  const [inner, columns] = factor.shape
  const { integers, steps, doubts } = quantizeColumns(heap.floats(factor), inner, columns, largest)
  const store = (values: Float32Array) => {
    const tensor = heap.allocate([values.length])
    heap.floats(tensor).set(values)
    return tensor
  }
  const byColumn = tf.keep(tf.transpose(factor))
  const largestBias = heap.floats(bias).reduce((top, value) => Math.max(top, Math.abs(value)), 0)
  const allowed = heap.allocate([Math.ceil(columns / 4)])
  bytesOf(heap, allowed, columns).fill(1)
  return {
    inner,
    columns,
    integers: openIntegerFactor(runtime, integers, [inner, columns], availableParallelism()),
    byColumn,
    bias,
    slack: largestBias * 2 ** -21,
    tensors: {
      steps: store(steps),
      doubts: store(doubts),
      allowed,
      out: heap.allocate([columns], 'int32'),
      scores: heap.allocate([columns]),
    },
  }
}

interface QuantizedColumns {
  /** inner × columns */
  readonly integers: Int8Array
  readonly steps: Float32Array
  /** ‖ε‖ + κ ‖ŵ‖ of each column, or more. */
  readonly doubts: Float32Array
}

/** @throws RangeError when the factor is not finite */
function quantizeColumns(
  factor: Float32Array,
  inner: number,
  columns: number,
  largest: number,
): QuantizedColumns {
  const steps = new Float32Array(columns)
  for (let row = 0, at = 0; row < inner; row++)
    for (let column = 0; column < columns; column++, at++)
      steps[column] = Math.max(steps[column]!, Math.abs(factor[at]!))
  const unfit = steps.findIndex((top) => !Number.isFinite(top))
  if (unfit >= 0) throw new RangeError(`A weight of item ${unfit} is not finite`)
  for (let column = 0; column < columns; column++) steps[column]! /= largest
  const integers = new Int8Array(inner * columns)
  const errors = new Float64Array(columns)
  const squares = new Float64Array(columns)
  for (let row = 0, at = 0; row < inner; row++)
    for (let column = 0; column < columns; column++, at++) {
      const [value, step] = [factor[at]!, steps[column]!]
      const code = step > 0 ? Math.round(value / step) : 0
      integers[at] = code
      errors[column]! += (value - step * code) ** 2
      squares[column]! += value ** 2
    }
  const doubts = Float32Array.from(squares, (square, column) => {
    const error = Math.sqrt(errors[column]!)
    return error + usualError * (Math.sqrt(square) + error)
  })
  return { integers, steps, doubts }
}

function find(means: Means, index: Index, queries: tf.Tensor2D, searches: readonly Search[]): Found[] {
  const { heap, kernels } = means
  const { inner, columns, integers } = index
  const rows = searches.length
  const codes = heap.allocate([Math.ceil((rows * inner) / 4)])
  const products = heap.allocate([rows, columns], 'int32')
  const lowest = heap.allocate([Math.max(1, ...searches.map(({ count }) => count))])
  const about = heap.allocate([3 * rows])
  const [query, code, told] = [queries, codes, about].map(heap.addressOf) as [number, number, number]
  for (let row = 0; row < rows; row++)
    kernels.quantize(inner, query + 4 * row * inner, code + row * inner, told + 12 * row)
  integers.multiply(bytesOf(heap, codes, rows * inner), heap.integers(products))
  const scratch = { products, lowest, about }
  const found = searches.map((search, row) => findRow(means, index, queries, scratch, search, row))
  for (const tensor of [codes, products, lowest, about]) heap.free(tensor)
  return found
}

function findRow(
  { heap, kernels }: Means,
  { inner, columns, byColumn, bias, slack, tensors }: Index,
  queries: tf.TensorInfo,
  { products, lowest, about }: Readonly<Record<'products' | 'lowest' | 'about', tf.TensorInfo>>,
  { count, excluded, allowed }: Search,
  row: number,
): Found {
  const [step, norm, error] = heap.floats(about).subarray(3 * row) as unknown as [number, number, number]
  if (!Number.isFinite(norm)) throw new RangeError(`The query of row ${row} is not finite`)
  const mask = bytesOf(heap, tensors.allowed, columns)
  if (allowed !== null) mask.set(allowed)
  for (const column of excluded) mask[column] = 0
  const query = heap.addressOf(queries) + 4 * row * inner
  const [vectors, biases] = [heap.addressOf(byColumn), heap.addressOf(bias)]
  const [out, scores] = [heap.addressOf(tensors.out), heap.addressOf(tensors.scores)]
  const size = kernels.shortlist(
    columns,
    heap.addressOf(products) + 4 * row * columns,
    step,
    heap.addressOf(tensors.steps),
    biases,
    Math.max(norm, (error + norm * inner * 2 ** -22) / usualError),
    heap.addressOf(tensors.doubts),
    slack,
    heap.addressOf(tensors.allowed),
    Math.min(count, columns),
    query,
    vectors,
    inner,
    heap.addressOf(lowest),
    out,
  )
  if (allowed === null) for (const column of excluded) mask[column] = 1
  else mask.fill(1)
  kernels.dots(size, out, query, vectors, inner, biases, scores)
  const exact = heap.floats(tensors.scores).subarray(0, size)
  const places = topItems(exact, none, count)
  const numbers = heap.integers(tensors.out)
  return {
    items: Int32Array.from(places, (place) => numbers[place]!),
    scores: Float32Array.from(places, (place) => exact[place]!),
  }
}

const none = new Int32Array(0)

function bytesOf(heap: Heap, tensor: tf.TensorInfo, length: number): Uint8Array {
  return new Uint8Array(heap.memory.buffer, heap.addressOf(tensor), length)
}
