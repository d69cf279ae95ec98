import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { gatherColumns } from '../../src/compute/gather-columns.ts'
import { sampledMatMul } from '../../src/compute/sampled-mat-mul.ts'
import { sparseDenseMatMul, transposedSparseDenseMatMul } from '../../src/compute/sparse-dense-mat-mul.ts'
import {
  disposeSparse,
  type SparseTensor,
  uploadSparse,
  withValues,
} from '../../src/compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../src/interactions/csr-matrix.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'
import {
  finiteDifferences,
  forEachEntry,
  largestError,
  type Matrix,
  multiply,
  randomSparse,
  randomValues,
  toDense,
  toRows,
  transposeRows,
} from './reference.ts'

/** Rows, columns, inner size and density: tails of every length, empty rows, nothing at all, everything. */
const cases: readonly (readonly [number, number, number, number])[] = [
  [1, 1, 1, 1],
  [3, 5, 2, 0.4],
  [4, 3, 7, 0],
  [6, 9, 16, 1],
  [5, 24, 17, 0.15],
  [11, 8, 34, 0.5],
]
const tolerance = 2e-6

describeEachBackend('sparse operations', () => {
  test.each(cases)(
    'multiply a %i × %i sparse matrix by a dense one of %i columns (density %f)',
    (...shape) => {
      const { matrix, dense, sparse, rows } = example(...shape)
      const product = sparseDenseMatMul(sparse, dense)
      expect(product.shape).toEqual([matrix.rows, shape[2]])
      const transposed = transposedSparseDenseMatMul(sparse, rows)
      expect(transposed.shape).toEqual([matrix.columns, shape[2]])
      const expected = multiply(toDense(matrix), rowsOf(dense))
      expect(largestError(product.dataSync(), expected.flat())).toBeLessThan(tolerance)
      const expectedTransposed = multiply(transposeRows(toDense(matrix)), rowsOf(rows))
      expect(largestError(transposed.dataSync(), expectedTransposed.flat())).toBeLessThan(tolerance)
      tf.dispose([dense, rows, product, transposed])
      disposeSparse(sparse)
    },
  )

  test.each(cases)(
    'sample a product at the entries of a %i × %i pattern, inner size %i (density %f)',
    (...shape) => {
      const { matrix, dense, sparse, rows } = example(...shape)
      const sampled = sampledMatMul(rows, dense, sparse)
      expect(
        largestError(sampled.dataSync(), sampledReference(rowsOf(rows), rowsOf(dense), matrix)),
      ).toBeLessThan(tolerance)
      tf.dispose([dense, rows, sampled])
      disposeSparse(sparse)
    },
  )

  test('gather one element of a bias for every entry', () => {
    const { matrix, sparse } = example(7, 12, 1, 0.3)
    const bias = tf.tensor1d(randomValues(12, createRandom('bias')))
    const values = bias.dataSync()
    expect([...gatherColumns(bias, sparse).dataSync()]).toEqual(Array.from(matrix.indices, (c) => values[c]!))
  })

  test.each(cases)('have the gradients of finite differences: %i × %i × %i, density %f', (...shape) => {
    const { matrix, dense, sparse, rows } = example(...shape)
    const random = createRandom('upstream')
    const upstream = randomValues(matrix.rows * shape[2], random)
    const sampledUpstream = randomValues(matrix.values.length, random)

    const [dDense, dValues] = tf.grads((d, values) =>
      weigh(sparseDenseMatMul(withValues(sparse, values as tf.Tensor1D), d as tf.Tensor2D), upstream),
    )([dense, sparse.values])
    const product = (d: Matrix, values: ArrayLike<number>) =>
      dot(multiply(toDense({ ...matrix, values: values as Float32Array }), d).flat(), upstream)
    compare(dDense, (at) => product(toRows(at, shape[2]), matrix.values), dense)
    compare(dValues, (at) => product(rowsOf(dense), at), sparse.values)

    const [dA, dB] = tf.grads((a, b) =>
      weigh(sampledMatMul(a as tf.Tensor2D, b as tf.Tensor2D, sparse), sampledUpstream),
    )([rows, dense])
    const sampled = (a: Matrix, b: Matrix) => dot(sampledReference(a, b, matrix), sampledUpstream)
    compare(dA, (at) => sampled(toRows(at, shape[2]), rowsOf(dense)), rows)
    compare(dB, (at) => sampled(rowsOf(rows), toRows(at, shape[2])), dense)

    const bias = tf.tensor1d(randomValues(matrix.columns, random))
    const dBias = tf.grad((b: tf.Tensor) => weigh(gatherColumns(b as tf.Tensor1D, sparse), sampledUpstream))(
      bias,
    )
    compare(
      dBias,
      (at) =>
        dot(
          Array.from(matrix.indices, (c) => at[c]!),
          sampledUpstream,
        ),
      bias,
    )
  })

  test('refuse shapes that do not fit, naming both', () => {
    const { sparse, dense, rows } = example(3, 5, 2, 0.4)
    expect(() => sparseDenseMatMul(sparse, rows)).toThrow('[3,5] multiplies a dense one with 5 rows')
    expect(() => sampledMatMul(dense, rows, sparse)).toThrow('not of [5,2] and [3,2]')
    expect(() => gatherColumns(tf.zeros([4]), sparse)).toThrow('a bias of shape [5], not [4]')
  })

  test('leave no tensor behind', () => {
    const { sparse, dense, rows } = example(6, 9, 16, 0.5)
    const before = tf.memory().numTensors
    const gradients = tf.grads((a, b) => {
      const sampled = sampledMatMul(a as tf.Tensor2D, b as tf.Tensor2D, sparse)
      const product = sparseDenseMatMul(sparse, b as tf.Tensor2D)
      return tf.add(tf.sum(sampled), tf.sum(tf.square(product))) as tf.Scalar
    })([rows, dense])
    tf.dispose(gradients)
    expect(tf.memory().numTensors).toBe(before)
  })
})

function example(rowCount: number, columns: number, size: number, density: number) {
  const random = createRandom(rowCount, columns, size, density)
  const matrix = randomSparse(rowCount, columns, density, random)
  const dense = tf.tensor2d(randomValues(columns * size, random), [columns, size])
  const rows = tf.tensor2d(randomValues(rowCount * size, random), [rowCount, size])
  const sparse: SparseTensor = uploadSparse(matrix)
  return { matrix, dense, rows, sparse }
}

function rowsOf(tensor: tf.Tensor2D): Matrix {
  return toRows(tensor.dataSync(), tensor.shape[1])
}

function sampledReference(a: Matrix, b: Matrix, pattern: CsrMatrix): number[] {
  const sampled: number[] = []
  forEachEntry(pattern, (row, column) => sampled.push(dot(a[row]!, b[column]!)))
  return sampled
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, n) => sum + value * b[n]!, 0)
}

function weigh(tensor: tf.Tensor, weights: Float32Array): tf.Scalar {
  return tf.sum(tf.mul(tensor, tf.tensor(weights, tensor.shape)))
}

function compare(gradient: tf.Tensor | undefined, f: (at: Float64Array) => number, at: tf.Tensor): void {
  expect(gradient!.shape).toEqual(at.shape)
  expect(largestError(gradient!.dataSync(), finiteDifferences(f, at.dataSync()))).toBeLessThan(1e-5)
}
