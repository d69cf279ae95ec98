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
import { createRandom } from '../../../src/random/random.ts'
import { multiply, randomValues, toRows } from '../reference.ts'

const [inner, columns] = [67, 1003] as const
const random = createRandom('search')

beforeAll(async () => {
  await useBackend('wasm')
})

function open(factor: Float32Array, bias: Float32Array): InnerProductSearch {
  return openInnerProductSearch(tf.tensor2d(factor, [inner, columns]), tf.tensor1d(bias))!
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
    const tensors = [tf.tensor2d(factor, [inner, columns]), tf.tensor1d(bias), tf.ones([2, inner])] as const
    const opened = openInnerProductSearch(tensors[0], tensors[1])!
    opened.find(tensors[2] as tf.Tensor2D, [plain])
    opened.dispose()
    tf.dispose([...tensors])
    expect(tf.backend().numDataIds()).toBe(before)
  })
})

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
