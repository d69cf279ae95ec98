import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { requireCapacity } from '../../../src/compute/capacity.ts'
import { holdFactor } from '../../../src/compute/hold-factor.ts'
import { sparseDenseMatMul, transposedSparseDenseMatMul } from '../../../src/compute/sparse-dense-mat-mul.ts'
import { uploadSparse } from '../../../src/compute/sparse-tensor.ts'
import { createRandom } from '../../../src/random/random.ts'
import { largestError, multiply, randomSparse, randomValues, toRows, transposeRows } from '../reference.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

describe('the doors of the wasm backend', () => {
  test('ONNX Runtime and the SIMD kernels work on tfjs’ memory', async () => {
    const { device } = await useBackend('wasm')
    expect(device.slowedBy).toEqual([])
  })

  test('ONNX Runtime hands no copy of a product over', () => {
    const a = tf.zeros<tf.Rank.R2>([1000, 64])
    const b = tf.zeros<tf.Rank.R2>([64, 1000])
    const before = process.memoryUsage().arrayBuffers
    tf.matMul(a, b)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1000 * 1000 * 4)
    tf.dispose([a, b])
  })

  test('what cannot fit is refused before it starts', () => {
    expect(() => requireCapacity(3e9, 'Training')).not.toThrow()
    expect(() => requireCapacity(9.2e9, 'Training')).toThrow(
      "Training needs 9.2 GB and the backend 'wasm' holds 3.8 GB; use the backend tensorflow or webgpu",
    )
  })
})

describe('dense products', () => {
  const [rows, inner, columns] = [37, 40, 33] as const
  const random = createRandom('products')
  const a = randomValues(rows * inner, random)
  const b = randomValues(inner * columns, random)
  const bias = randomValues(columns, random)
  const expected = multiply(toRows(a, inner), toRows(b, columns))
  const upright = (values: Float32Array, width: number) =>
    tf.tensor2d([...toRows(values, width).map((row) => [...row])])
  const transposed = (values: Float32Array, width: number) =>
    tf.tensor2d(transposeRows(toRows(values, width)).map((row) => [...row]))

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('are right with a transposed: %s, b transposed: %s', (transposeA, transposeB) => {
    const left = (transposeA ? transposed : upright)(a, inner)
    const right = (transposeB ? transposed : upright)(b, columns)
    const product = tf.matMul(left, right, transposeA, transposeB)
    expect(product.shape).toEqual([rows, columns])
    expect(largestError(product.dataSync(), expected.flat())).toBeLessThan(2e-6)
    const biased = tf.fused.matMul({ a: left, b: right, transposeA, transposeB, bias: tf.tensor1d(bias) })
    const shifted = expected.flatMap((row) => row.map((value, column) => value + bias[column]!))
    expect(largestError(biased.dataSync(), shifted)).toBeLessThan(2e-6)
  })

  test.each([false, true])(
    'are right by a factor that is held, and when it is let go; transposed: %s',
    (transposeB) => {
      const left = upright(a, inner)
      const right = (transposeB ? transposed : upright)(b, columns)
      const release = holdFactor(right)
      const product = () => tf.matMul(left, right, false, transposeB).dataSync()
      expect(largestError(product(), expected.flat())).toBeLessThan(2e-6)
      const biased = tf.fused.matMul({ a: left, b: right, transposeB, bias: tf.tensor1d(bias) })
      const shifted = expected.flatMap((row) => row.map((value, column) => value + bias[column]!))
      expect(largestError(biased.dataSync(), shifted)).toBeLessThan(2e-6)
      const [second, third] = [tf.slice(left, [3, 0], [2, inner]), tf.slice(left, [3, 0], [9, inner])]
      const rowsOf = (few: tf.Tensor2D) =>
        tf
          .matMul(few, right, false, transposeB)
          .dataSync()
          .slice(0, 2 * columns)
      expect(rowsOf(second)).toEqual(rowsOf(third))
      release()
      expect(largestError(product(), expected.flat())).toBeLessThan(2e-6)
    },
  )

  test('keep their activations and batches', () => {
    const fused = tf.fused.matMul({ a: upright(a, inner), b: upright(b, columns), activation: 'relu' })
    const positive = expected.flat().map((value) => Math.max(0, value))
    expect(largestError(fused.dataSync(), positive)).toBeLessThan(2e-6)
    const batch = tf.matMul(
      tf.stack([upright(a, inner), upright(a, inner)]),
      tf.stack([upright(b, columns), tf.zeros([inner, columns])]),
    )
    expect(largestError(batch.dataSync(), [...expected.flat(), ...positive.map(() => 0)])).toBeLessThan(2e-6)
  })

  test('stay right while the memory grows', () => {
    const left = upright(a, inner)
    const right = upright(b, columns)
    const ballast = Array.from({ length: 6 }, () => {
      const filler = tf.zeros([4_000_000])
      expect(largestError(tf.matMul(left, right).dataSync(), expected.flat())).toBeLessThan(2e-6)
      return filler
    })
    tf.dispose(ballast)
  })
})

describe('scratch memory', () => {
  test.each([0.05, 0.5])('is given back after products of density %f', (density) => {
    const matrix = uploadSparse(randomSparse(20, 30, density, createRandom('scratch', density)))
    const before = (tf.backend() as BackendWasm).numDataIds()
    tf.tidy(() => {
      sparseDenseMatMul(matrix, tf.ones([30, 40]))
      transposedSparseDenseMatMul(matrix, tf.ones([20, 40]))
    })
    expect((tf.backend() as BackendWasm).numDataIds()).toBe(before)
  })
})

describe('slices', () => {
  test.each([
    [[7], [2], [3]],
    [[7], [0], [-1]],
    [
      [4, 5],
      [1, 2],
      [2, 3],
    ],
    [
      [4, 5],
      [1, 0],
      [2, 5],
    ],
    [
      [4, 5],
      [3, 4],
      [1, 1],
    ],
    [
      [4, 5],
      [0, 0],
      [0, 5],
    ],
    [
      [3, 4, 5],
      [1, 1, 1],
      [2, 2, 2],
    ],
  ])('of shape %j from %j of size %j are those of the cpu backend', async (shape, begin, size) => {
    const values = randomValues(tf.util.sizeFromShape(shape), createRandom('slice'))
    const slice = () => tf.slice(tf.tensor(values, shape), begin, size)
    const actual = slice()
    const actualValues = actual.dataSync()
    await useBackend('cpu')
    const expected = slice()
    const expectedValues = expected.dataSync()
    await useBackend('wasm')
    expect(actual.shape).toEqual(expected.shape)
    expect(actualValues).toEqual(expectedValues)
  })
})

describe('elementwise kernels', () => {
  test('tanh stays within its bound, from tiny to huge arguments', () => {
    const x = Float32Array.from({ length: 20_003 }, (_, n) => (n - 10_000) * 10 ** ((n % 7) - 5))
    const tanh = tf.tanh(tf.tensor1d(x)).dataSync()
    const errors = x.map(
      (value, n) => Math.abs(tanh[n]! - Math.tanh(value)) / (Math.abs(Math.tanh(value)) || 1),
    )
    expect(Math.max(...errors)).toBeLessThan(4e-7)
  })

  test('exp stays within its bound and knows the ends of its range', () => {
    const x = Float32Array.from({ length: 8_003 }, (_, n) => -86.9 + (n / 8_003) * 175)
    const exponentials = tf.exp(tf.tensor1d(x)).dataSync()
    for (const [n, value] of x.entries())
      expect(Math.abs(exponentials[n]! / Math.exp(value) - 1)).toBeLessThan(2e-7 + 1e-7 * Math.abs(value))
    const ends = tf.exp(
      tf.tensor1d([Number.NEGATIVE_INFINITY, -1000, 0, 1000, Number.POSITIVE_INFINITY, Number.NaN]),
    )
    const infinite = Number.POSITIVE_INFINITY
    expect([...ends.dataSync()]).toEqual([0, 0, 1, infinite, infinite, Number.NaN])
  })

  test.each([
    [[7, 37], 0],
    [
      [9, 2, 3],
      [0, 1],
    ],
    [[5, 6, 4], 0],
    [[4, 6], 1],
    [[4, 6], undefined],
    [
      [3, 4, 5],
      [0, 2],
    ],
  ])('sums of shape %j over %j are those of the cpu backend', async (shape, axis) => {
    const values = randomValues(tf.util.sizeFromShape(shape), createRandom('sum'))
    const sums = () =>
      [false, true].map((keepDims) => {
        const sum = tf.sum(tf.tensor(values, shape), axis, keepDims)
        return { shape: sum.shape, values: sum.dataSync() }
      })
    const actual = sums()
    await useBackend('cpu')
    const expected = sums()
    await useBackend('wasm')
    actual.forEach((sum, n) => {
      expect(sum.shape).toEqual(expected[n]!.shape)
      expect(largestError(sum.values, expected[n]!.values)).toBeLessThan(2e-6)
    })
  })
})

test('a tensor past the end of the memory is refused', () => {
  const backend = tf.backend() as BackendWasm
  const half = backend.makeOutput([550_000_000], 'float32')
  expect(() => backend.makeOutput([550_000_000], 'float32')).toThrow(
    'A tensor of 2200000000 bytes does not fit',
  )
  expect(() => backend.makeOutput([1_100_000_000], 'float32')).toThrow(
    'A tensor of 4400000000 bytes does not fit',
  )
  backend.disposeData(half.dataId)
})
