// The user vectors that rank items, against dense solutions in double precision.
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { openImplicitRanking } from '../../../src/models/autorec/implicit-ranking.ts'
import { createRandom } from '../../../src/random/random.ts'
import { solveLinear } from '../solve-linear.ts'
import { matrixOf } from '../worlds.ts'

const [items, size] = [9, 4]
const random = createRandom('item vectors')
const vectors = {
  shape: [items, size],
  values: Float32Array.from({ length: items * size }, () => 2 + random.normal()),
}
const threshold = 4
// a user with some positives, one whose ratings are all positive and equal, one without positives, one without ratings
const histories = matrixOf(4, items, (user, item) =>
  user === 0
    ? ([5, 1, 4, undefined, 2][item] ?? undefined)
    : user === 1 && item > 5
      ? 5
      : user === 2 && item < 3
        ? 3
        : undefined,
)
const choices = { unobservedWeight: 0.2, rankingRegularization: 0.7 }
const open = (chosen: Parameters<typeof openImplicitRanking>[2] = choices) =>
  openImplicitRanking(vectors, threshold, chosen)

let ranking: ReturnType<typeof open>
let scores: Float32Array

beforeAll(async () => {
  await useBackend('cpu')
  ranking = open()
  scores = await ranking.score(histories)
})

afterAll(() => ranking.dispose())

const centered = (() => {
  const row = (item: number) => Array.from(vectors.values.subarray(item * size, (item + 1) * size))
  const rows = Array.from({ length: items }, (_, item) => row(item))
  const mean = rows[0]!.map((_, n) => rows.reduce((sum, vector) => sum + vector[n]! / items, 0))
  return rows.map((vector) => [...vector.map((value, n) => value - mean[n]!), 1])
})()

/** The scores by the normal equations of the objective, as it is written. */
function referenceScores(positives: readonly number[], alpha: number, lambda: number): number[] {
  const scale = centered.flatMap((vector) => vector.slice(0, size)).reduce((sum, x) => sum + x * x, 0) / size
  const dimensions = [...Array(size + 1).keys()]
  const sumOver = (rows: readonly number[], n: number, m: number) =>
    rows.reduce((sum, item) => sum + centered[item]![n]! * centered[item]![m]!, 0)
  const all = [...centered.keys()]
  const matrix = dimensions.map((n) =>
    dimensions.map(
      (m) => sumOver(positives, n, m) + alpha * (sumOver(all, n, m) + (n === m ? lambda * scale : 0)),
    ),
  )
  const u = solveLinear(
    matrix,
    dimensions.map((n) => positives.reduce((sum, item) => sum + centered[item]![n]!, 0)),
  )
  return centered.map((vector) => vector.reduce((sum, x, n) => sum + x * u[n]!, 0))
}

describe('the ranking in the space of the encoder', () => {
  test.each([
    { user: 0, positives: [0, 2] },
    { user: 1, positives: [6, 7, 8] },
  ])('has the scores of the normal equations for user $user', ({ user, positives }) => {
    const expected = referenceScores(positives, 0.2, 0.7)
    expect(Array.from(scores.subarray(user * items, (user + 1) * items))).toEqual(
      expected.map((score) => expect.closeTo(score, 5)),
    )
  })

  test('ranks the items of a user whose ratings are all equal by that user, not all alike', () => {
    const equal = scores.subarray(items, 2 * items)
    expect(new Set(equal).size).toBe(items)
    expect([...equal.keys()].sort((a, b) => equal[b]! - equal[a]!)).not.toEqual(
      [...scores.subarray(0, items).keys()].sort((a, b) => scores[b]! - scores[a]!),
    )
  })

  test('scores 0 for users without positives', () => {
    expect(Array.from(scores.subarray(2 * items))).toEqual(new Array(2 * items).fill(0))
  })

  test('scores are inner products of embeddings and item vectors, up to a constant of the user', async () => {
    const embeddings = await ranking.embed(histories)
    const everything = await ranking.itemVectors(Int32Array.from({ length: items }, (_, item) => item))
    const products = await ranking.itemProducts(embeddings.slice(0, size))
    const first = embeddings.subarray(0, size)
    for (let item = 0; item < items; item++) {
      const product = first.reduce((sum, x, n) => sum + x * everything[item * size + n]!, 0)
      expect(products[item]).toBeCloseTo(product, 5)
      expect(scores[item]! - scores[0]!).toBeCloseTo(products[item]! - products[0]!, 5)
    }
  })

  test('uses documented values where none were chosen', async () => {
    const unchosen = open({ unobservedWeight: null, rankingRegularization: null })
    const [actual] = [await unchosen.score(histories)]
    unchosen.dispose()
    const expected = referenceScores([0, 2], 0.3, 1)
    expect(Array.from(actual.subarray(0, items))).toEqual(expected.map((score) => expect.closeTo(score, 5)))
  })

  test('is finite for equal vectors, and frees its tensors', async () => {
    const before = tf.memory().numTensors
    const equal = { shape: [items, size], values: new Float32Array(items * size).fill(3) }
    const flat = openImplicitRanking(equal, threshold, choices)
    expect((await flat.score(histories)).every(Number.isFinite)).toBe(true)
    flat.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
