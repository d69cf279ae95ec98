import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { type Draw, philoxDropout, philoxNormal, philoxUniform } from '../../src/compute/philox.ts'
import { fillNormal, fillUniform, philoxKey } from '../../src/random/philox.ts'
import { describeEachBackend } from './each-backend.ts'

const key = philoxKey('draws')

describeEachBackend('Philox', () => {
  const draw = (): Draw => ({ key, stream: 3, step: tf.tensor1d([4_000_000], 'int32') })
  const stream = { key, stream: 3, step: 4_000_000 }

  test.each([[[1]], [[3]], [[7, 9]], [[500, 20]]])(
    'gives the same uniform draws in shape %j',
    async (shape) => {
      const expected = new Float32Array(tf.util.sizeFromShape(shape))
      fillUniform(expected, stream)
      const drawn = philoxUniform(tf.zeros(shape), draw())
      expect(drawn.shape).toEqual(shape)
      expect(await drawn.data()).toEqual(expected)
    },
  )

  test.each([[[1]], [[3]], [[7, 9]], [[500, 20]]])(
    'gives the same normal draws in shape %j',
    async (shape) => {
      const expected = new Float32Array(tf.util.sizeFromShape(shape))
      fillNormal(expected, stream)
      const drawn = await philoxNormal(tf.zeros(shape), draw()).data()
      for (const [n, value] of drawn.entries()) expect(Math.abs(value - expected[n]!)).toBeLessThan(5e-6)
    },
  )

  test('drops out where the uniform draw is below the rate, and its gradient as well', async () => {
    const x = tf.linspace(1, 2, 63).reshape([7, 9])
    const uniform = new Float32Array(63)
    fillUniform(uniform, stream)
    const values = await x.data()
    const expected = uniform.map((u, n) => (u < 0.3 ? 0 : 2 * values[n]!))
    expect(await philoxDropout(x, 0.3, 2, draw()).data()).toEqual(expected)
    const gradient = await tf
      .grad((x) => philoxDropout(x, 0.3, 2, draw()))(x)
      .data()
    expect(gradient).toEqual(uniform.map((u) => (u < 0.3 ? 0 : 2)))
  })
})
