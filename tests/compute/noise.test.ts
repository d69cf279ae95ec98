import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { dropout, normalNoise } from '../../src/compute/noise.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'

describeEachBackend('noise', () => {
  test('is standard normal and the same for the same seed', async () => {
    const noise = Array.from(await normalNoise([100, 200], createRandom(1)).data())
    const mean = noise.reduce((sum, value) => sum + value, 0) / 20_000
    const square = noise.reduce((sum, value) => sum + value * value, 0) / 20_000
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(square - 1)).toBeLessThan(0.04)
    expect(Array.from(await normalNoise([100, 200], createRandom(1)).data())).toEqual(noise)
  })

  test('of dropout takes away the given share and keeps the mean', async () => {
    const dropped = await dropout(tf.ones([100, 200]), 0.3, createRandom(1)).data()
    const kept = dropped.filter((value) => value !== 0)
    expect(Math.abs(kept.length / 20_000 - 0.7)).toBeLessThan(0.015)
    for (const value of new Set(kept)) expect(value).toBeCloseTo(1 / 0.7, 6)
  })

  test('of dropout passes gradients where it let values pass', async () => {
    const x = tf.ones([10, 20]) as tf.Tensor2D
    const output = await dropout(x, 0.5, createRandom(2)).data()
    const gradient = tf.grad((input) => dropout(input as tf.Tensor2D, 0.5, createRandom(2)))(x)
    expect(await gradient.data()).toEqual(output)
  })

  test('is none at a dropout of 0', () => {
    const x = tf.ones([2, 2]) as tf.Tensor2D
    expect(dropout(x, 0, createRandom(1))).toBe(x)
  })
})
