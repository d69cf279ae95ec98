import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { AutoRecHyperparameters } from '../../../src/models/autorec/autorec-hyperparameters.ts'
import { iAutoRec } from '../../../src/models/autorec/i-autorec.ts'
import { solveUserRows } from '../../../src/models/autorec/user-rows.ts'
import { createRandom } from '../../../src/random/random.ts'
import { finiteDifferences } from '../../compute/reference.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const scale = { mean: 3.2, lowest: 1, highest: 5 }
const k = 6
const itemCount = 20
const codes = Array.from({ length: itemCount }, (_, item) => {
  const random = createRandom('codes', item)
  return Array.from({ length: k }, () => random.uniform())
})

describe('the row that I-AutoRec solves for a user', () => {
  test.each([
    { rated: 3, dropout: 0, why: 'fewer ratings than hidden units' },
    { rated: 6, dropout: 0, why: 'as many' },
    { rated: 15, dropout: 0, why: 'more' },
    { rated: 4, dropout: 0.3, why: 'fewer, under dropout' },
    { rated: 15, dropout: 0.3, why: 'more, under dropout' },
  ])('is where the objective of that user has no slope, for $why', async ({ rated, dropout }) => {
    const hyperparameters = parse({ regularization: 0.8, dropout })
    const { items, ratings } = history(rated)
    const row = await solve(items, ratings, hyperparameters)
    const slopes = finiteDifferences((at) => expectedLoss(at, items, ratings, hyperparameters), row)
    for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(1e-4)
  })

  test('is the mean of all ratings for a user without ratings, and constant for a user with one rating', async () => {
    const withoutRatings = await solve(new Int32Array(0), new Float32Array(0), parse({}))
    expect(Array.from(withoutRatings)).toEqual([0, 0, 0, 0, 0, 0, Math.fround(3.2)])
    const one = await solve(Int32Array.of(4), Float32Array.of(2), parse({}))
    expect(Array.from(one)).toEqual([0, 0, 0, 0, 0, 0, 2])
  })

  test('comes close to the ratings through a sigmoid', async () => {
    const hyperparameters = parse({ regularization: 1e-3, outputActivation: 'sigmoid' })
    const items = Int32Array.from({ length: itemCount }, (_, item) => item)
    const ratings = Float32Array.from(codes, (code) => 1 + 4 / (1 + Math.exp(1 - 2 * code[0]!)))
    const row = await solve(items, ratings, hyperparameters)
    for (const [n, code] of codes.entries()) {
      const a = code.reduce((sum, value, j) => sum + value * row[j]!, row[k]!)
      expect(1 + 4 / (1 + Math.exp(-a))).toBeCloseTo(ratings[n]!, 0.5)
    }
  })
})

function history(rated: number): { items: Int32Array; ratings: Float32Array } {
  const random = createRandom('history', rated)
  return {
    items: random.permutation(itemCount).slice(0, rated).sort(),
    ratings: Float32Array.from({ length: rated }, () => 1 + random.integer(5)),
  }
}

async function solve(
  items: Int32Array,
  ratings: Float32Array,
  hyperparameters: AutoRecHyperparameters,
): Promise<Float32Array> {
  const withOnes = tf.tensor2d(codes.map((code) => [...code, 1]))
  const histories = {
    rows: 1,
    columns: itemCount,
    offsets: Int32Array.of(0, items.length),
    indices: items,
    values: ratings,
  }
  const row = await solveUserRows(withOnes, histories, scale, hyperparameters)
  withOnes.dispose()
  return row
}

/** E Σ (r − w·h̃ − b)² + λ/2 ‖w‖², where h̃_j is h_j / (1 − p) with probability 1 − p and else 0. */
function expectedLoss(
  row: Float64Array,
  items: Int32Array,
  ratings: Float32Array,
  { regularization, dropout }: AutoRecHyperparameters,
): number {
  let loss = 0
  for (const [n, item] of items.entries()) {
    let [mean, variance] = [row[k]!, 0]
    for (let j = 0; j < k; j++) {
      mean += row[j]! * codes[item]![j]!
      variance += (row[j]! * codes[item]![j]!) ** 2 * (dropout / (1 - dropout))
    }
    loss += (ratings[n]! - mean) ** 2 + variance
  }
  return loss + (regularization / 2) * row.slice(0, k).reduce((sum, w) => sum + w * w, 0)
}

function parse(given: object): AutoRecHyperparameters {
  return iAutoRec.hyperparameters.parse(given)
}
