import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { takeSlices } from '../../src/compute/slices.ts'
import { describeEachBackend } from './each-backend.ts'

describeEachBackend('slices', () => {
  test.each([
    { shape: [4, 3], axis: 0, positions: [3, 1], expected: [9, 10, 11, 3, 4, 5] },
    { shape: [3, 4], axis: 1, positions: [2, 0, 3], expected: [2, 0, 3, 6, 4, 7, 10, 8, 11] },
    { shape: [5], axis: 0, positions: [4, 0], expected: [4, 0] },
    { shape: [2, 3, 2], axis: 1, positions: [2, 0], expected: [4, 5, 0, 1, 10, 11, 6, 7] },
  ])('of shape $shape along axis $axis', async ({ shape, axis, positions, expected }) => {
    const x = tf.range(0, tf.util.sizeFromShape(shape)).reshape(shape)
    const taken = takeSlices(x, { axis, positions: tf.tensor1d(positions, 'int32') })
    expect(taken.shape).toEqual(shape.map((size, n) => (n === axis ? positions.length : size)))
    expect(Array.from(await taken.data())).toEqual(expected)
  })
})
