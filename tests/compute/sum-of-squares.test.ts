import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { sumOfSquares } from '../../src/compute/sum-of-squares.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'
import { largestError, randomValues } from './reference.ts'

describeEachBackend('the sum of squares', () => {
  test.each([1, 7, 8, 2051])('of %i numbers, and its gradient', async (size) => {
    const values = randomValues(size, createRandom('squares', size))
    const x = tf.tensor1d(values)
    const expected = values.reduce((sum, value) => sum + value * value, 0)
    expect(largestError(await sumOfSquares(x).data(), [expected])).toBeLessThan(2e-6)
    const gradient = tf.grad((at: tf.Tensor) => tf.mul(sumOfSquares(at), 3))(x)
    expect(
      largestError(
        await gradient.data(),
        values.map((value) => 6 * value),
      ),
    ).toBeLessThan(2e-6)
    tf.dispose([x, gradient])
  })
})
