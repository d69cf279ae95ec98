import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { columnCounts, rowLength, rowOf } from '../../src/interactions/csr/csr-matrix.ts'
import { stackRows } from '../../src/interactions/csr/stack.ts'
import { createRandom } from '../../src/random/random.ts'
import { synthesizeUsers, TooSimilarError } from '../../src/synthesis/synthesize-users.ts'
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

async function draw(length: number, users = 2000, decoder = model, real = ratings) {
  const prior = { draw: () => ({ z: Float64Array.of(1), length }) }
  const batches = []
  for await (const batch of synthesizeUsers(decoder, prior, real, {
    users,
    positiveThreshold: 4,
    random: createRandom('synthesize', length),
    rarePairs: { realShare: 1, shareOf: () => 0 },
  }))
    batches.push(batch.histories)
  return batches.reduce(stackRows)
}

test('the first item is drawn from the softmax of the logits', async () => {
  const counts = columnCounts(await draw(1))
  const weights = [3, 3 + Math.log(2), -3, -3, -30].map(Math.exp)
  const total = weights.reduce((a, b) => a + b)
  for (const [item, weight] of weights.entries()) expect(counts[item]! / 2000).toBeCloseTo(weight / total, 1)
})

test('an item is drawn with the history length times its decoded probability, at most 1', async () => {
  // softmax 4/8, 2/8, 1/8, 1/8: with three items 12/8 is cut to 1, and two draws are left for 2/4, 1/4, 1/4
  const decode = async (z: Float32Array) =>
    Float32Array.from([...z].flatMap(() => [4, 2, 1, 1].map(Math.log)))
  const certain = { ...model, itemCount: 4, decode }
  const share = async (length: number) => {
    const counts = columnCounts(await draw(length, 4000, certain, fromDense([[5, 5, 5, 5]])))
    return Array.from(counts, (count) => count / 4000)
  }
  for (const [n, expected] of [0.5, 0.25, 0.125, 0.125].entries())
    expect((await share(1))[n]).toBeCloseTo(expected, 1)
  for (const [n, expected] of [1, 0.5, 0.25, 0.25].entries())
    expect((await share(2))[n]).toBeCloseTo(expected, 1)
  for (const [n, expected] of [1, 1, 0.5, 0.5].entries()) expect((await share(3))[n]).toBeCloseTo(expected, 1)
})

test('items that are far more probable than all others leave the others their shares', async () => {
  // the first two are certain, and the others are too improbable to change the sum
  for (const gap of [50, 1000]) {
    const decode = async (z: Float32Array) => Float32Array.from([...z].flatMap(() => [gap, gap, 1, 1, 0, 0]))
    const decoder = { ...model, itemCount: 6, decode }
    const drawn = await draw(3, 1000, decoder, fromDense([[5, 5, 5, 5, 5, 5]]))
    for (let user = 0; user < drawn.rows; user++) expect(rowLength(drawn, user)).toBe(3)
    const shares = Array.from(columnCounts(drawn), (count) => count / 1000)
    expect(shares.slice(0, 2)).toEqual([1, 1])
    for (const [n, weight] of [Math.E, Math.E, 1, 1].entries())
      expect(shares[2 + n]).toBeCloseTo(weight / (2 * Math.E + 2), 1)
  }
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

describe('a new user who is too similar to a real one', () => {
  const prior = { draw: () => ({ z: Float64Array.of(0), length: 2 }) }
  const settings = { users: 100, positiveThreshold: 4, random: createRandom('similar') }

  test('is drawn again', async () => {
    // histories with item 2 are too similar
    const rarePairs = { realShare: 0.5, shareOf: (items: Int32Array) => (items.includes(2) ? 0.6 : 0.4) }
    for await (const batch of synthesizeUsers(model, prior, ratings, { ...settings, rarePairs })) {
      expect(batch.histories.rows).toBe(100)
      expect(columnCounts(batch.histories)[2]).toBe(0)
      expect(batch.redrawn).toBeGreaterThan(30)
      expect(batch.largestShare).toBe(0.4)
    }
  })

  test('ends the synthesis if all are', async () => {
    const rarePairs = { realShare: 0, shareOf: () => 0.1 }
    await expect(synthesizeUsers(model, prior, ratings, { ...settings, rarePairs }).next()).rejects.toThrow(
      TooSimilarError,
    )
  })
})
