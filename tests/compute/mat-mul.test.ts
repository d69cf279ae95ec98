import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'
import { largestError, multiply, randomValues, toRows, transposeRows } from './reference.ts'

/** Rows, inner size and columns: single tiles and several, odd sizes and multiples of four, long inner sizes. */
const cases: readonly (readonly [number, number, number])[] = [
  [1, 5, 3],
  [9, 7, 11],
  [16, 8, 12],
  [65, 130, 67],
  [11, 1050, 12],
]

describeEachBackend('dense products', () => {
  test.each(cases)(
    'of %i × %i and × %i matrices, each of them transposed or not',
    async (rows, inner, columns) => {
      const random = createRandom(rows, inner, columns)
      const a = randomValues(rows * inner, random)
      const b = randomValues(inner * columns, random)
      const bias = randomValues(columns, random)
      const product = multiply(toRows(a, inner), toRows(b, columns))
      const biased = product.flatMap((row) => row.map((value, n) => value + bias[n]!))
      for (const transposeA of [false, true])
        for (const transposeB of [false, true]) {
          const result = tf.tidy(() => {
            const A = tf.tensor2d(
              transposeA ? transposed(a, inner) : a,
              transposeA ? [inner, rows] : [rows, inner],
            )
            const B = tf.tensor2d(
              transposeB ? transposed(b, columns) : b,
              transposeB ? [columns, inner] : [inner, columns],
            )
            // the stock wasm kernel, which small products go to, is wrong for these; no model computes one
            if (tf.getBackend() === 'wasm' && (transposeA || transposeB) && rows * inner * columns < 2 ** 15)
              return tf.add(tf.matMul(A, B, transposeA, transposeB), tf.tensor1d(bias))
            return tf.fused.matMul({ a: A, b: B, transposeA, transposeB, bias: tf.tensor1d(bias) })
          })
          expect(result.shape).toEqual([rows, columns])
          expect(largestError(await result.data(), biased)).toBeLessThan(5e-6)
          result.dispose()
        }
    },
  )
})

function transposed(values: Float32Array, columns: number): Float32Array {
  return Float32Array.from(transposeRows(toRows(values, columns)).flat())
}
