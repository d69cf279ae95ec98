import * as tf from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { createDeviceRandom } from '../../../src/compute/philox.ts'
import { uploadSparse } from '../../../src/compute/sparse-tensor.ts'
import { splitPositives } from '../../../src/models/autoencoder/split-positives.ts'
import { philoxKey } from '../../../src/random/philox.ts'
import { matrixOf } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

test('a split has any number of positives before it, each as probable, and the weights of those after sum to n + 1', () => {
  const [users, n] = [2000, 4]
  const target = uploadSparse(matrixOf(users, 6, (_user, item) => (item < n ? 1 : undefined)))
  const random = createDeviceRandom(philoxKey('split'), tf.tensor1d([0], 'int32'))
  const { before, after } = splitPositives(target, random)
  const [inputs, weights] = [before.values.dataSync(), after.values.dataSync()]
  const sizes = new Int32Array(n + 1)
  for (let user = 0; user < users; user++) {
    const rows = [inputs, weights].map((values) => [...values.slice(user * n, (user + 1) * n)])
    const m = rows[0]!.filter((value) => value > 0).length
    sizes[m]!++
    expect(Math.hypot(...rows[0]!)).toBeCloseTo(m === 0 ? 0 : 1, 5)
    expect(rows[1]!.filter((value) => value > 0)).toHaveLength(n - m)
    expect(rows[1]!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(m === n ? 0 : n + 1, 5)
  }
  // five standard deviations of a binomial
  for (const size of sizes) expect(Math.abs(size - users / (n + 1))).toBeLessThan(5 * Math.sqrt(users * 0.16))
})
