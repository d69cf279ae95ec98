import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { multinomialNll } from '../../src/compute/multinomial-nll.ts'
import { uploadSparse } from '../../src/compute/sparse-tensor.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'
import {
  finiteDifferences,
  largestError,
  multinomialNllOfRow,
  randomSparse,
  randomValues,
  toDense,
  toRows,
} from './reference.ts'

/** Rows, columns, density, and the scale of the logits. */
const cases: readonly (readonly [number, number, number, number])[] = [
  [1, 1, 1, 1],
  [4, 7, 0.4, 1],
  [3, 33, 0, 1],
  [5, 64, 0.2, 10],
  [2, 130, 0.3, 60],
]

describeEachBackend('multinomial likelihood', () => {
  test.each(cases)('of %i × %i logits, density %f, scale %i', async (...shape) => {
    const { logits, counts, matrix } = example(...shape)
    const nll = await multinomialNll(logits, counts).data()
    expect(largestError(nll, reference(await logits.data(), matrix))).toBeLessThan(2e-6)
  })

  test.each(cases)(
    'has the gradient of finite differences: %i × %i, density %f, scale %i',
    async (...shape) => {
      const { logits, counts, matrix } = example(...shape)
      const upstream = randomValues(shape[0], createRandom('upstream'))
      const weighted = (x: tf.Tensor) =>
        tf.sum(tf.mul(multinomialNll(x as tf.Tensor2D, counts), tf.tensor1d(upstream)))
      const expected = finiteDifferences(
        (at) => reference(at, matrix).reduce((sum, nll, row) => sum + nll * upstream[row]!, 0),
        await logits.data(),
      )
      expect(largestError(await tf.grad(weighted)(logits).data(), expected)).toBeLessThan(1e-5)
    },
  )

  test('neither overflows nor underflows', async () => {
    const logits = tf.tensor2d([
      [1000, 999, -1000],
      [-5000, -5001, -9000],
    ])
    const counts = uploadSparse({
      rows: 2,
      columns: 3,
      offsets: Int32Array.of(0, 1, 2),
      indices: Int32Array.of(1, 0),
      values: Float32Array.of(1, 1),
    })
    const expected = [Math.log(1 + Math.E), Math.log(1 + 1 / Math.E)]
    // float32 logits of 5000 are 0.0005 apart
    expect(largestError(await multinomialNll(logits, counts).data(), expected)).toBeLessThan(5e-4)
  })

  test('refuses logits of another shape than the counts', () => {
    const { counts } = example(4, 7, 0.4, 1)
    expect(() => multinomialNll(tf.zeros([4, 8]), counts)).toThrow(
      '[4,8] cannot explain counts of shape [4,7]',
    )
  })
})

function example(rows: number, columns: number, density: number, scale: number) {
  const random = createRandom(rows, columns, density, scale)
  const matrix = randomSparse(rows, columns, density, random)
  const values = randomValues(rows * columns, random).map((value) => value * scale)
  return { matrix, counts: uploadSparse(matrix), logits: tf.tensor2d(values, [rows, columns]) }
}

function reference(logits: ArrayLike<number>, counts: CsrMatrix): number[] {
  const dense = toDense(counts)
  return toRows(logits, counts.columns).map((row, user) => multinomialNllOfRow(row, dense[user]!))
}
