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
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
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
  [3, 70, 17, 0.1],
  [11, 8, 34, 0.5],
]
const tolerance = 2e-6

describeEachBackend('sparse operations', (name) => {
  test.each(cases)(
    'multiply a %i × %i sparse matrix by a dense one of %i columns (density %f)',
    async (...shape) => {
      const { matrix, dense, sparse, rows, denseRows, rowRows } = example(...shape)
      const product = sparseDenseMatMul(sparse, dense)
      expect(product.shape).toEqual([matrix.rows, shape[2]])
      const transposed = transposedSparseDenseMatMul(sparse, rows)
      expect(transposed.shape).toEqual([matrix.columns, shape[2]])
      const expected = multiply(toDense(matrix), denseRows)
      expect(largestError(await product.data(), expected.flat())).toBeLessThan(tolerance)
      const expectedTransposed = multiply(transposeRows(toDense(matrix)), rowRows)
      expect(largestError(await transposed.data(), expectedTransposed.flat())).toBeLessThan(tolerance)
      tf.dispose([dense, rows, product, transposed])
      disposeSparse(sparse)
    },
  )

  test.each(cases)(
    'sample a product at the entries of a %i × %i pattern, inner size %i (density %f)',
    async (...shape) => {
      const { matrix, dense, sparse, rows, denseRows, rowRows } = example(...shape)
      const sampled = sampledMatMul(rows, dense, sparse)
      expect(largestError(await sampled.data(), sampledReference(rowRows, denseRows, matrix))).toBeLessThan(
        tolerance,
      )
      tf.dispose([dense, rows, sampled])
      disposeSparse(sparse)
    },
  )

  test('gather one element of a bias for every entry', async () => {
    const { matrix, sparse } = example(7, 12, 1, 0.3)
    const bias = tf.tensor1d(randomValues(12, createRandom('bias')))
    const values = await bias.data()
    expect([...(await gatherColumns(bias, sparse).data())]).toEqual(
      Array.from(matrix.indices, (c) => values[c]!),
    )
  })

  test.each(cases)('have the gradients of finite differences: %i × %i × %i, density %f', async (...shape) => {
    const { matrix, dense, sparse, rows, denseRows, rowRows } = example(...shape)
    const random = createRandom('upstream')
    const upstream = randomValues(matrix.rows * shape[2], random)
    const sampledUpstream = randomValues(matrix.values.length, random)
    const compare = comparedTo(differencesOf(shape))

    const [dDense, dValues] = tf.grads((d, values) =>
      weigh(sparseDenseMatMul(withValues(sparse, values as tf.Tensor1D), d as tf.Tensor2D), upstream),
    )([dense, sparse.values])
    const product = (d: Matrix, values: ArrayLike<number>) =>
      dot(multiply(toDense({ ...matrix, values: values as Float32Array }), d).flat(), upstream)
    await compare('product by dense', dDense, (at) => product(toRows(at, shape[2]), matrix.values), dense)
    await compare('product by values', dValues, (at) => product(denseRows, at), sparse.values)

    // tfjs' WebGPU kernels cannot sum nothing
    if (name === 'webgpu' && matrix.values.length === 0) return
    const [dA, dB] = tf.grads((a, b) =>
      weigh(sampledMatMul(a as tf.Tensor2D, b as tf.Tensor2D, sparse), sampledUpstream),
    )([rows, dense])
    const sampled = (a: Matrix, b: Matrix) => dot(sampledReference(a, b, matrix), sampledUpstream)
    await compare('sampled by a', dA, (at) => sampled(toRows(at, shape[2]), denseRows), rows)
    await compare('sampled by b', dB, (at) => sampled(rowRows, toRows(at, shape[2])), dense)

    const bias = tf.tensor1d(randomValues(matrix.columns, random))
    const dBias = tf.grad((b: tf.Tensor) => weigh(gatherColumns(b as tf.Tensor1D, sparse), sampledUpstream))(
      bias,
    )
    await compare(
      'gathered by bias',
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
  const denseValues = randomValues(columns * size, random)
  const rowValues = randomValues(rowCount * size, random)
  const dense = tf.tensor2d(denseValues, [columns, size])
  const rows = tf.tensor2d(rowValues, [rowCount, size])
  const sparse: SparseTensor = uploadSparse(matrix)
  return {
    matrix,
    dense,
    rows,
    sparse,
    denseRows: toRows(denseValues, size),
    rowRows: toRows(rowValues, size),
  }
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

/** The finite differences of each case, which are the same for all backends. */
const differences = new Map<string, Map<string, number[]>>()

function differencesOf(shape: readonly number[]): Map<string, number[]> {
  const key = shape.join()
  const known = differences.get(key) ?? new Map()
  differences.set(key, known)
  return known
}

function comparedTo(known: Map<string, number[]>) {
  return async (
    name: string,
    gradient: tf.Tensor | undefined,
    f: (at: Float64Array) => number,
    at: tf.Tensor,
  ): Promise<void> => {
    expect(gradient!.shape).toEqual(at.shape)
    const expected = known.get(name) ?? finiteDifferences(f, await at.data())
    known.set(name, expected)
    expect(largestError(await gradient!.data(), expected)).toBeLessThan(1e-5)
  }
}
