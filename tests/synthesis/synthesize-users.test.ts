import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { columnCounts, rowLength, rowOf } from '../../src/interactions/csr/csr-matrix.ts'
import { stackRows } from '../../src/interactions/csr/stack.ts'
import { createRandom } from '../../src/random/random.ts'
import { synthesizeUsers } from '../../src/synthesis/synthesize-users.ts'
import { fromDense } from '../evaluation/dense.ts'

beforeAll(async () => void (await useBackend('cpu')))

// items 0 and 1 for users at 1, items 2 and 3 for those at −1; item 4 is never drawn
const model = {
  itemCount: 5,
  latentSize: 1,
  score: async () => new Float32Array(),
  embed: async () => new Float32Array(),
  decode: async (z: Float32Array) =>
    Float32Array.from([...z].flatMap((x) => [3 * x, 3 * x + Math.log(2), -3 * x, -3 * x, -30])),
  dispose: () => {},
}
const ratings = fromDense([
  [5, 4, 0, 0, 1],
  [5, 0, 4, 2, 0],
])

async function draw(length: number, users = 2000) {
  const prior = { draw: () => ({ z: Float64Array.of(1), length }) }
  const batches = []
  for await (const batch of synthesizeUsers(model, prior, ratings, {
    users,
    positiveThreshold: 4,
    random: createRandom('synthesize', length),
  }))
    batches.push(batch)
  return batches.reduce(stackRows)
}

test('the first item is drawn from the softmax of the logits', async () => {
  const counts = columnCounts(await draw(1))
  const weights = [3, 3 + Math.log(2), -3, -3, -30].map(Math.exp)
  const total = weights.reduce((a, b) => a + b)
  for (const [item, weight] of weights.entries()) expect(counts[item]! / 2000).toBeCloseTo(weight / total, 1)
})

test('histories have the drawn length, distinct ascending items, and values of real positives', async () => {
  const drawn = await draw(3, 450)
  expect(drawn.rows).toBe(450)
  for (let user = 0; user < drawn.rows; user++) {
    const { indices, values } = rowOf(drawn, user)
    expect(rowLength(drawn, user)).toBe(3)
    expect([...indices]).toEqual([...new Set(indices)].toSorted((a, b) => a - b))
    // item 3 has no positive rating, so it gets the threshold
    for (const [n, item] of indices.entries()) expect(values[n]).toBe([5, 4, 4, 4, 4][item])
  }
  expect(columnCounts(await draw(9, 10))).toEqual(Int32Array.of(10, 10, 10, 10, 10))
})
