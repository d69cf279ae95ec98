import { describe, expect, test } from 'vitest'
import { itemKnn } from '../../src/models/item-knn.ts'
import { createRandom } from '../../src/random/random.ts'
import { largestError, multiply, randomSparse, toDense, transposeRows } from '../compute/reference.ts'

const ratings = randomSparse(60, 12, 0.5, createRandom(1))
const positive = toDense(ratings).map((row) => row.map((value) => +(value >= 4)))
const counts = multiply(transposeRows(positive), positive)

/** The shrunk cosine of two items. */
function similarity(item: number, other: number, shrinkage: number): number {
  const common = counts[item]![other]!
  const cosine = common / Math.sqrt(counts[item]![item]! * counts[other]![other]!)
  return common === 0 ? 0 : (cosine * common) / (common + shrinkage)
}

async function scores(neighbors: number, shrinkage: number): Promise<Float32Array> {
  const hyperparameters = { positiveThreshold: 4, neighbors, shrinkage }
  return itemKnn
    .open(await itemKnn.solve(ratings, hyperparameters, { random: createRandom(1) }), hyperparameters)
    .score(ratings)
}

describe('item-knn', () => {
  test.each([0, 3])('adds the cosines of the neighbors, shrunk by %d', async (shrinkage) => {
    const nearest = counts.map((_, item) =>
      [...counts.keys()]
        .filter((other) => other !== item)
        .sort((a, b) => similarity(item, b, shrinkage) - similarity(item, a, shrinkage) || a - b)
        .slice(0, 4),
    )
    const expected = positive.flatMap((row) =>
      nearest.map((others, item) =>
        others.reduce((sum, other) => sum + row[other]! * similarity(item, other, shrinkage), 0),
      ),
    )
    expect(largestError(await scores(4, shrinkage), expected)).toBeLessThan(1e-6)
  })

  test('uses all other items if there are fewer than `neighbors`', async () => {
    expect(await scores(10_000, 1)).toEqual(await scores(11, 1))
  })
})
