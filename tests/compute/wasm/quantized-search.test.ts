// Against all inner products in double precision.
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import {
  type InnerProductSearch,
  openInnerProductSearch,
  type Search,
} from '../../../src/compute/inner-product-search.ts'
import { projectedSearch } from '../../../src/compute/plain/projected-search.ts'
import type { SearchProjection } from '../../../src/compute/search-projection.ts'
import { createRandom } from '../../../src/random/random.ts'
import { multiply, randomValues, toRows } from '../reference.ts'

const [inner, columns] = [67, 1003] as const
const random = createRandom('search')

beforeAll(async () => {
  await useBackend('wasm')
})

function open(factor: Float32Array, bias: Float32Array): InnerProductSearch {
  return openInnerProductSearch(asVectors(factor), tf.tensor1d(bias))!
}

/** The columns of a factor. */
function asVectors(factor: Float32Array): tf.Tensor2D {
  return tf.tidy(() => tf.transpose(tf.tensor2d(factor, [inner, columns])))
}

/** Columns of very different lengths, a few of nothing at all, and twins. */
function unevenFactor(): Float32Array {
  const factor = randomValues(inner * columns, random)
  const lengths = Float32Array.from({ length: columns }, (_, n) => (n % 50 === 0 ? 0 : 10 ** ((n % 7) - 4)))
  return factor.map((value, at) => {
    const column = at % columns
    return column === 900 ? factor[at - 800]! * lengths[100 - 1]! : value * lengths[column]!
  })
}

const search: fc.Arbitrary<Search> = fc
  .record({
    count: fc.oneof(fc.integer({ min: 0, max: 1200 }), fc.constant(2 ** 40)),
    excluded: fc.uniqueArray(fc.nat(columns - 1), { maxLength: 300 }),
    allowed: fc.option(fc.uint8Array({ minLength: columns, maxLength: columns, max: 1 })),
  })
  .map(({ count, excluded, allowed }) => ({
    count,
    excluded: Int32Array.from(excluded).sort(),
    allowed: allowed && Uint8Array.from(allowed),
  }))

const plain: Search = { count: 3, excluded: new Int32Array(0), allowed: null }

describe('searching with 8-bit products', () => {
  const factor = unevenFactor()
  const bias = randomValues(columns, random)

  test('finds what a look at all finds, whatever is left out', () => {
    const opened = open(factor, bias)
    fc.assert(
      fc.property(fc.array(search, { minLength: 2, maxLength: 5 }), fc.nat(), (searches, seed) => {
        const queries = randomValues(searches.length * inner, createRandom(seed))
        queries.fill(0, 0, inner) // a user without preferences
        const exact = multiply(toRows(queries, inner), toRows(factor, columns)).map((row) =>
          Array.from(row, (value, column) => value + bias[column]!),
        )
        const found = opened.find(tf.tensor2d(queries, [searches.length, inner]), searches)
        const magnitude = multiply(
          toRows(queries.map(Math.abs), inner),
          toRows(factor.map(Math.abs), columns),
        )
        for (const [row, list] of found.entries())
          expectBest(exact[row]!, magnitude[row]!, searches[row]!, list)
      }),
      { numRuns: 15, seed: 1, endOnFailure: true },
    )
    opened.dispose()
  })

  test('places the lower of equal columns first', () => {
    const opened = open(new Float32Array(inner * columns), new Float32Array(columns).fill(2))
    const queries = tf.ones<tf.Rank.R2>([2, inner])
    const rest = { ...plain, excluded: Int32Array.of(1) }
    const [first] = opened.find(queries, [rest, rest])
    expect(first).toEqual({ items: Int32Array.of(0, 2, 3), scores: Float32Array.of(2, 2, 2) })
    opened.dispose()
  })

  test('refuses numbers that are not finite, on either side', () => {
    const wrong = open(factor.with(5, Number.NaN), bias)
    expect(() => wrong.find(tf.ones([2, inner]), [plain])).toThrow('A weight of item 5 is not finite')
    const opened = open(factor, bias)
    expect(() => opened.find(tf.fill([2, inner], Number.NaN), [plain])).toThrow(
      'The query of row 0 is not finite',
    )
    opened.dispose()
    const biased = open(factor, bias.with(7, Number.NaN))
    expect(() => biased.find(tf.ones([2, inner]), [plain])).toThrow('The bias of item 7 is not finite')
  })

  test('refuses what would give products that are not finite', () => {
    const opened = open(
      factor.map((weight) => weight * 1e20),
      bias,
    )
    const far = tf.fill<tf.Rank.R2>([2, inner], 1e20)
    expect(() => opened.find(far, [plain])).toThrow(
      'The query of row 0 is not finite, or has no finite products',
    )
    opened.dispose()
  })

  test('refuses sizes that do not fit', () => {
    const opened = open(factor, bias)
    expect(() => opened.find(tf.ones([2, 10]), [plain])).toThrow('Queries of shape [2, 10] do not fit')
    expect(() => opened.find(tf.ones([2, inner]), [plain, plain, plain])).toThrow('do not fit 3 searches')
    expect(() => opened.find(tf.ones([2, inner]), [{ ...plain, allowed: new Uint8Array(9) }])).toThrow(
      `allowed has 9 items instead of ${columns}`,
    )
    const short = open(factor, bias.subarray(0, 400))
    expect(() => short.find(tf.ones([2, inner]), [plain])).toThrow(
      `The bias has 400 numbers for ${columns} items`,
    )
    opened.dispose()
  })

  test('goes by the bias where the query is hardly more than nothing', () => {
    const opened = open(factor, bias)
    const query = Float32Array.from({ length: 2 * inner }, (_, n) => (n % 3) * 1e-39)
    const [found] = opened.find(tf.tensor2d(query, [2, inner]), [{ ...plain, count: 1 }])
    expect(found!.items).toEqual(Int32Array.of(bias.indexOf(Math.max(...bias))))
    opened.dispose()
  })

  test('finds the best in columns that are hardly more than nothing', () => {
    // 190 of the least numbers there are, of which 190 / 127 is rounded to one
    const least = 2 ** -149
    const weights = new Float32Array(inner * columns).fill(least)
    weights[41] = 190 * least
    const opened = open(weights, new Float32Array(columns))
    const query = tf.ones<tf.Rank.R2>([2, inner])
    expect(opened.find(query, [{ ...plain, count: 1 }])[0]!.items).toEqual(Int32Array.of(41))
    opened.dispose()
  })

  test('frees what it took when it breaks off', () => {
    const opened = open(factor, bias)
    opened.find(tf.ones([2, inner]), [plain])
    const query = tf.fill<tf.Rank.R2>([2, inner], Number.NaN)
    const before = tf.backend().numDataIds()
    expect(() => opened.find(query, [plain])).toThrow(RangeError)
    expect(tf.backend().numDataIds()).toBe(before)
    opened.dispose()
  })

  test('may be closed twice', () => {
    const opened = open(factor, bias)
    opened.find(tf.ones([2, inner]), [plain])
    opened.dispose()
    expect(() => opened.dispose()).not.toThrow()
  })

  test('keeps nothing when it is closed', () => {
    const before = tf.backend().numDataIds()
    const tensors = [asVectors(factor), tf.tensor1d(bias), tf.ones([2, inner])] as const
    const opened = openInnerProductSearch(tensors[0], tensors[1])!
    opened.find(tensors[2] as tf.Tensor2D, [plain])
    opened.dispose()
    tf.dispose([...tensors])
    expect(tf.backend().numDataIds()).toBe(before)
  })
})

describe('searching with a projection', () => {
  const factor = unevenFactor()
  const bias = randomValues(columns, random)
  const openProjected = (projection: SearchProjection, of = bias) =>
    openInnerProductSearch(asVectors(factor), tf.tensor1d(of), projection)!

  test('finds what a look at all finds if it loses nothing, whatever is left out', () => {
    const mean = randomValues(inner, random)
    const opened = openProjected({ ...identity, mean })
    const exactly = open(factor, bias)
    fc.assert(
      fc.property(fc.array(search, { minLength: 2, maxLength: 5 }), fc.nat(), (searches, seed) => {
        const queries = tf.tensor2d(randomValues(searches.length * inner, createRandom(seed)), [
          searches.length,
          inner,
        ])
        expect(opened.find(queries, searches)).toEqual(exactly.find(queries, searches))
        expect(
          projectedSearch(asVectors(factor), tf.tensor1d(bias), identity).find(queries, searches),
        ).toEqual(exactly.find(queries, searches).map(({ items }) => ({ items, scores: expect.anything() })))
      }),
      { numRuns: 15, seed: 1, endOnFailure: true },
    )
    opened.dispose()
    exactly.dispose()
  })

  test('has a whole list however few columns are left, and also if it tells nothing of them', () => {
    const opened = openProjected({ ...identity, ofVectors: new Float32Array(inner * inner) })
    const exactly = open(factor, bias)
    const queries = tf.tensor2d(randomValues(2 * inner, random), [2, inner])
    const allowed = Uint8Array.from({ length: columns }, (_, column) => Number(column % 7 === 0))
    const few = { count: 100, excluded: Int32Array.of(0, 7, 14), allowed }
    const all = { ...plain, count: 900 }
    expect(opened.find(queries, [few, all])).toEqual(exactly.find(queries, [few, all]))
    opened.dispose()
    exactly.dispose()
  })

  test('places the lower of equal columns first', () => {
    const opened = openInnerProductSearch(
      tf.zeros<tf.Rank.R2>([columns, inner]),
      tf.tensor1d(new Float32Array(columns).fill(2)),
      identity,
    )!
    const rest = { ...plain, excluded: Int32Array.of(1) }
    const [first] = opened.find(tf.ones([2, inner]), [rest, rest])
    expect(first).toEqual({ items: Int32Array.of(0, 2, 3), scores: Float32Array.of(2, 2, 2) })
    opened.dispose()
  })

  test('refuses a projection of other vectors, and queries that are not finite', () => {
    const ofOthers = { ...identity, inner: inner + 1 }
    expect(() => openProjected(ofOthers).find(tf.ones([2, inner]), [plain])).toThrow(
      `A projection of vectors of ${inner + 1} numbers does not fit those of ${inner}`,
    )
    const opened = openProjected(identity)
    expect(() => opened.find(tf.fill([2, inner], Number.NaN), [plain])).toThrow(
      'The query of row 0 is not finite',
    )
    opened.dispose()
  })

  test('keeps nothing when it is closed', () => {
    const [vectors, ofVectors, queries] = [
      asVectors(factor),
      tf.tensor1d(bias),
      tf.ones<tf.Rank.R2>([2, inner]),
    ]
    const before = tf.backend().numDataIds()
    const opened = openInnerProductSearch(vectors, ofVectors, identity)!
    opened.find(queries, [plain])
    opened.dispose()
    expect(tf.backend().numDataIds()).toBe(before)
  })
})

/** Of the same number of dimensions. */
const identity: SearchProjection = {
  ...{ inner, dimensions: inner, mean: new Float32Array(inner) },
  ofQueries: Float32Array.from({ length: inner * inner }, (_, n) => Number(n % (inner + 1) === 0)),
  ofVectors: Float32Array.from({ length: inner * inner }, (_, n) => Number(n % (inner + 1) === 0)),
}

/** @param magnitude of each column, the sum of the sizes of the products that make its score */
function expectBest(
  exact: readonly number[],
  magnitude: ArrayLike<number>,
  { count, excluded, allowed }: Search,
  { items, scores }: { items: Int32Array; scores: Float32Array },
): void {
  const left = exact
    .map((score, column) => ({ score, column }))
    .filter(({ column }) => !excluded.includes(column) && allowed?.[column] !== 0)
    .toSorted((a, b) => b.score - a.score || a.column - b.column)
    .slice(0, count)
  expect(items.length).toBe(left.length)
  expect(new Set(items).size).toBe(items.length)
  for (const [place, item] of items.entries()) {
    const doubt = 1e-6 * (1 + magnitude[item]!)
    expect(Math.abs(scores[place]! - exact[item]!)).toBeLessThan(doubt)
    expect(Math.abs(left[place]!.score - exact[item]!)).toBeLessThan(2 * doubt)
    expect(excluded.includes(item) || allowed?.[item] === 0).toBe(false)
  }
}
