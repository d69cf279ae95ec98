import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { corrupt, dropEntries, dropout, hideEntries, normalNoise } from '../../src/compute/noise.ts'
import { createDeviceRandom } from '../../src/compute/philox.ts'
import { type SparseTensor, uploadSparse } from '../../src/compute/sparse-tensor.ts'
import { philoxKey } from '../../src/random/philox.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'
import { randomSparse, toDense } from './reference.ts'

describeEachBackend('noise', () => {
  const random = (seed = 1) => createDeviceRandom(philoxKey(seed), tf.tensor1d([0], 'int32'))
  const size = [100, 200] as [number, number]

  test('is standard normal, the same for the same seed and new at each draw', async () => {
    const noise = Array.from(await normalNoise(tf.zeros(size), random()).data())
    const mean = noise.reduce((sum, value) => sum + value, 0) / 20_000
    const square = noise.reduce((sum, value) => sum + value * value, 0) / 20_000
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(square - 1)).toBeLessThan(0.04)
    expect(Array.from(await normalNoise(tf.zeros(size), random()).data())).toEqual(noise)
    const again = random()
    again.next()
    expect(Array.from(await normalNoise(tf.zeros(size), again).data())).not.toEqual(noise)
  })

  test('of dropout takes away the given share and keeps the mean', async () => {
    const dropped = await dropout(tf.ones(size), 0.3, random()).data()
    const kept = dropped.filter((value) => value !== 0)
    expect(Math.abs(kept.length / 20_000 - 0.7)).toBeLessThan(0.015)
    for (const value of new Set(kept)) expect(value).toBeCloseTo(1 / 0.7, 6)
  })

  test('of dropout passes gradients where it let values pass', async () => {
    const x = tf.ones([10, 20]) as tf.Tensor2D
    const output = await dropout(x, 0.5, random()).data()
    const gradient = tf.grad((input) => dropout(input as tf.Tensor2D, 0.5, random()))(x)
    expect(await gradient.data()).toEqual(output)
  })

  test('is none at a rate of 0', () => {
    const x = tf.ones([2, 2]) as tf.Tensor2D
    expect(dropout(x, 0, random())).toBe(x)
    const sparse = uploadSparse(randomSparse(3, 4, 0.5, createRandom('sparse')))
    expect(dropEntries(sparse, 0, random())).toBe(sparse)
    expect(corrupt(sparse, { dropout: 0, noise: 0 }, random())).toBe(sparse)
  })

  test('of a sparse matrix leaves out the same entries as of its values', async () => {
    const matrix = randomSparse(50, 40, 0.5, createRandom('sparse'))
    const sparse = uploadSparse(matrix)
    const dropped = dropout(sparse.values.as2D(1, -1), 0.3, random()) as tf.Tensor
    const values = (await dropped.data()) as Float32Array
    expect(await denseOf(dropEntries(sparse, 0.3, random()))).toEqual(toDense({ ...matrix, values }))
    const hidden = matrix.values.map((value, n) => (values[n] === 0 ? 0 : value))
    expect(await denseOf(hideEntries(sparse, 0.3, random()))).toEqual(toDense({ ...matrix, values: hidden }))
  })
})

/** The dense matrix, and whether row numbers and offsets agree. */
async function denseOf({ shape, offsets, rowIndices, indices, values }: SparseTensor) {
  const parts = await Promise.all([offsets, indices, values, rowIndices].map((part) => part.data()))
  const matrix = { rows: shape[0], columns: shape[1], offsets: parts[0], indices: parts[1], values: parts[2] }
  for (let row = 0; row < shape[0]; row++)
    for (let n = parts[0]![row]!; n < parts[0]![row + 1]!; n++) expect(parts[3]![n]).toBe(row)
  return toDense(matrix as Parameters<typeof toDense>[0])
}
