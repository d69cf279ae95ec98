// What a search keeps of the vectors and the bias that it searches in.
import { availableParallelism } from 'node:os'
import * as tf from '@tensorflow/tfjs'
import { readSync } from '../read.ts'
import { requireInner, type SearchProjection } from '../search-projection.ts'
import type { Heap } from './heap.ts'
import { type IntegerFactor, openIntegerFactor } from './integer-product.ts'
import type { Kernels } from './load-kernels.ts'
import type { OnnxRuntime } from './onnx-session.ts'
import { type QuantizedColumns, quantizeColumns, usualError, type Vectors } from './quantize-columns.ts'

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
  /** Of the vectors, or of their projections. */
  readonly integers: IntegerFactor
  /** columns × inner */
  readonly vectors: tf.Tensor2D
  readonly bias: tf.Tensor1D
  /** From which length of a query on a product might be too large for single precision. */
  readonly longest: number
  /** `doubts` are of a search without a projection; all hold a number for each column. */
  readonly tensors: Readonly<Record<'steps' | 'doubts' | 'allowed' | 'out' | 'scores', tf.Tensor>>
  /** Of the rounding of sums to single precision, and of products that are too small for it. */
  readonly slack: number
  readonly projected?: ProjectedIndex
}

export interface ProjectedIndex {
  /** [1, inner] */
  readonly mean: tf.Tensor2D
  /** inner × dimensions */
  readonly ofQueries: tf.Tensor2D
  /** The bias with the products of the mean query: [columns] */
  readonly bias: tf.Tensor1D
}

/**
 * The vectors are kept a second time in bytes, or their projections are.
 *
 * @throws RangeError when the vectors or the bias are not finite, or they or the projection do not fit each other
 */
export function buildIndex(
  { heap, runtime, largest }: SearchMeans,
  vectors: tf.Tensor2D,
  bias: tf.Tensor1D,
  projection: SearchProjection | undefined,
): SearchIndex {
  const [columns, inner] = vectors.shape
  requireInner(projection, inner)
  const largestBias = largestOf(heap.floats(bias), columns)
  const scanned = projection ? projections(vectors, projection) : vectorsOf(heap, vectors)
  const { integers, steps, doubts } = quantizeColumns(scanned, largest)
  const tensors = keepTensors({ steps, doubts })
  const projected = projection && projectedIndex(vectors, bias, projection)
  try {
    const shape = [scanned.inner, columns] as const
    return {
      ...{ inner, columns, vectors, bias, tensors },
      integers: openIntegerFactor(runtime, integers, shape, threadsFor(integers.length)),
      slack: largestBias * 2 ** -21 + inner * 2 ** -135,
      longest: (2 ** 126 * usualError) / doubts.reduce((top, doubt) => Math.max(top, doubt), 0),
      ...(projected && { projected }),
    }
  } catch (error) {
    tf.dispose([tensors, { ...projected }])
    throw error
  }
}

/** A product by a small factor takes less long than a second thread takes to wake. */
function threadsFor(size: number): number {
  return size < 2 ** 22 ? 1 : availableParallelism()
}

export function closeIndex({ integers, tensors, projected }: SearchIndex): void {
  integers.dispose()
  tf.dispose([tensors, { ...projected }])
}

function vectorsOf(heap: Heap, vectors: tf.Tensor2D): Vectors {
  const [count, inner] = vectors.shape
  return { inner, count, read: (start, end) => heap.floats(vectors).subarray(start * inner, end * inner) }
}

/** (w − w̄) B of each vector w, with the mean w̄ of all, which changes all products with a query alike. */
function projections(vectors: tf.Tensor2D, { inner, dimensions, ofVectors }: SearchProjection): Vectors {
  const mean = readSync(tf.mean<tf.Tensor1D>(vectors, 0))
  return {
    inner: dimensions,
    count: vectors.shape[0],
    read: (start, end) =>
      readSync(
        tf.tidy(() => {
          const some = tf.slice(vectors, [start, 0], [end - start, inner])
          return tf.matMul(tf.sub<tf.Tensor2D>(some, mean), tf.tensor2d(ofVectors, [inner, dimensions]))
        }),
      ),
  }
}

function projectedIndex(
  vectors: tf.Tensor2D,
  bias: tf.Tensor1D,
  { inner, dimensions, mean, ofQueries }: SearchProjection,
): ProjectedIndex {
  return tf.tidy(() => {
    const row = tf.tensor2d(mean, [1, inner])
    const index = {
      mean: row,
      ofQueries: tf.tensor2d(ofQueries, [inner, dimensions]),
      bias: tf.add<tf.Tensor1D>(bias, tf.reshape(tf.matMul(row, vectors, false, true), [-1])),
    }
    Object.values(index).forEach(tf.keep)
    return index
  })
}

function keepTensors({ steps, doubts }: Pick<QuantizedColumns, 'steps' | 'doubts'>): SearchIndex['tensors'] {
  return tf.tidy(() => {
    const columns = steps.length
    const tensors = {
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
