import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { deviceTopItems } from '../../src/compute/device-top-items.ts'
import { topItems } from '../../src/compute/top-items.ts'
import { type CsrMatrix, rowIndices } from '../../src/interactions/csr/csr-matrix.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'

const [users, items] = [5, 400]

describeEachBackend('deviceTopItems', () => {
  test.each([1, 7, 100, 200])('finds the first %d items of each row, ties by item number', async (count) => {
    const before = tf.memory().numTensors
    const { scores, masked } = draw(count)
    const lists = await deviceTopItems(tf.tensor2d(scores, [users, items]), masked, count)
    const expected = Array.from({ length: users }, (_, user) =>
      topItems(scores.subarray(user * items, (user + 1) * items), rowIndices(masked, user), count),
    )
    expect(lists.map((list) => [...list])).toEqual(expected.map((list) => [...list]))
    expect(tf.memory().numTensors).toBe(before)
  })

  test('masks nothing where no entry is masked', async () => {
    const none = { rows: 1, columns: 3, offsets: Int32Array.of(0, 0), indices: new Int32Array(0) }
    const masked = { ...none, values: new Float32Array(0) }
    expect(await deviceTopItems(tf.tensor2d([[1, 3, 2]]), masked, 2)).toEqual([Int32Array.of(1, 2)])
  })

  test('refuses scores that are NaN', async () => {
    const { scores, masked } = draw(1)
    scores[items + 3] = Number.NaN
    await expect(deviceTopItems(tf.tensor2d(scores, [users, items]), masked, 5)).rejects.toThrow(
      '1 scores of user 1 are NaN',
    )
  })
})

/** Scores with ties, and rows of which nothing to all but few items is masked. */
function draw(seed: number): { scores: Float32Array; masked: CsrMatrix } {
  const random = createRandom('scores', seed)
  const scores = Float32Array.from({ length: users * items }, () => random.integer(40) - 20)
  const counts = [0, 3, 10, 90, items - 2]
  const indices = counts.map((count) => random.permutation(items).slice(0, count).sort())
  const offsets = Int32Array.from([
    0,
    ...counts.map((_, n) => counts.slice(0, n + 1).reduce((a, b) => a + b)),
  ])
  const masked = {
    rows: users,
    columns: items,
    offsets,
    indices: Int32Array.from(indices.flatMap((row) => [...row])),
  }
  return { scores, masked: { ...masked, values: new Float32Array(masked.indices.length).fill(1) } }
}
