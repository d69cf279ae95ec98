import { describe, expect, test } from 'vitest'
import type { EventKind } from '../../src/config/event-kinds.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import {
  formatPositives,
  measurePositives,
  warnOfFewPositives,
} from '../../src/interactions/positive-share.ts'
import { positiveThresholdOf } from '../../src/interactions/positive-threshold.ts'
import { createRandom } from '../../src/random/random.ts'

/** Users with ten ratings each. */
function ratingsOf(values: readonly number[]) {
  return csrFromEntries(Math.ceil(values.length / 10), 10, {
    row: Int32Array.from(values, (_, n) => Math.floor(n / 10)),
    column: Int32Array.from(values, (_, n) => n % 10),
    values: Float32Array.from(values),
  })
}

/** Each value as often as stated, in a random order. */
function counted(counts: Readonly<Record<string, number>>): number[] {
  const values = Object.entries(counts).flatMap(([value, count]) =>
    new Array<number>(count).fill(Number(value)),
  )
  return Array.from(createRandom('values').permutation(values.length), (n) => values[n]!)
}

const random = createRandom('scales')
const normal = (mean: number, deviation: number, [low, high]: [number, number], step: number) =>
  Array.from({ length: 2000 }, () =>
    Math.min(high, Math.max(low, step * Math.round((mean + deviation * random.normal()) / step))),
  )
const geometric = (p: number) => Math.ceil(Math.log(1 - random.uniform()) / Math.log(1 - p)) || 1

const movieLens100k = { 1: 6110, 2: 11_370, 3: 27_145, 4: 34_174, 5: 21_201 }

describe('the positive threshold of a rating scale is three quarters up', () => {
  test.each([
    { scale: '1 to 5, as MovieLens 100K', values: counted(movieLens100k), threshold: 4 },
    { scale: '0.5 to 5', values: normal(3.5, 1, [0.5, 5], 0.5), threshold: 4 },
    { scale: '0 to 5', values: normal(3, 1.5, [0, 5], 1), threshold: 4 },
    { scale: '1 to 5 without fractions of a bound', values: normal(3.5, 1, [1, 5], 1e-4), threshold: 4 },
    { scale: '3 to 5', values: counted({ 3: 20, 4: 30, 5: 50 }), threshold: 4 },
    { scale: '1 to 5 where nearly all are 5', values: counted({ 1: 2, 4: 3, 5: 995 }), threshold: 4 },
    { scale: '1 to 5 without a 5', values: counted({ 1: 5, 2: 10, 3: 40, 4: 45 }), threshold: 4 },
    { scale: '1 or 5', values: counted({ 1: 500, 5: 500 }), threshold: 4 },
    { scale: '1 to 10', values: normal(7, 2, [1, 10], 1), threshold: 8 },
    {
      scale: '0 to 10 with unrated zeros',
      values: [...normal(7, 2, [1, 10], 1), ...counted({ 0: 3000 })],
      threshold: 8,
    },
    { scale: '1 to 100', values: normal(60, 25, [1, 100], 1), threshold: 75 },
    { scale: '−10 to 10', values: normal(1, 5, [-10, 10], 0.01), threshold: 5 },
    { scale: '0 to 1', values: normal(0.6, 0.25, [0, 1], 0.1), threshold: 0.75 },
    { scale: '1 to 5 with a few 100s', values: counted({ ...movieLens100k, 100: 12 }), threshold: 4 },
  ])('$scale: $threshold', ({ values, threshold }) => {
    expect(positiveThresholdOf({ matrix: ratingsOf(values) })).toBeCloseTo(threshold, 5)
  })
})

describe('every positive interaction counts', () => {
  test.each([
    { data: 'clicks that are all 1', values: counted({ 1: 500 }), threshold: 1 },
    { data: 'likes and three purchases of 4', values: counted({ 1: 400, 4: 3 }), threshold: 1 },
    { data: 'few likes and three purchases of 4', values: counted({ 1: 40, 4: 3 }), threshold: 1 },
    { data: 'quantities of 1 to 3', values: counted({ 1: 300, 2: 300, 3: 300 }), threshold: 1 },
    { data: 'quantities', values: Array.from({ length: 2000 }, () => geometric(0.5)), threshold: 1 },
    { data: 'plays', values: Array.from({ length: 2000 }, () => geometric(0.01)), threshold: 1 },
    {
      data: 'seconds',
      values: Array.from({ length: 2000 }, () => 0.5 - 100 * Math.log(1 - random.uniform())),
      threshold: 0.5,
    },
    { data: '0 and 1', values: counted({ 0: 600, 1: 400 }), threshold: 1 },
    { data: 'likes, views and dislikes', values: counted({ [-1]: 10, 0.3: 60, 1: 30 }), threshold: 0.3 },
    { data: 'three ratings', values: [1, 3, 2], threshold: 1 },
  ])('$data: $threshold', ({ values, threshold }) => {
    const matrix = ratingsOf(values)
    const found = positiveThresholdOf({ matrix })
    const lowest = Math.min(...matrix.values.filter((value) => value > 0))
    expect(found).toBe(lowest)
    expect(found).toBeCloseTo(threshold, 0)
  })

  test('of stored events that are mostly no ratings, except dislikes', () => {
    const kinds = [
      kind('dislike', 100, 1),
      kind('purchase', 200, 4),
      kind('view', 600, 3),
      kind('rating', 100, 1),
    ]
    const values = counted({ 1: 100, 2: 30, 3: 610, 4: 230, 5: 30 })
    expect(positiveThresholdOf({ matrix: ratingsOf(values), kinds })).toBe(3)
  })

  test('but of events on the scale of many ratings only those from 4 on', () => {
    const kinds = [kind('view', 100, 3), kind('rating', 900, 1)]
    const values = counted({ 1: 50, 2: 100, 3: 350, 4: 300, 5: 200 })
    expect(positiveThresholdOf({ matrix: ratingsOf(values), kinds })).toBe(4)
  })
})

const kind = (name: EventKind, count: number, lowest: number) => ({ kind: name, count, lowest })

test('the share of positives is printed, and a small one is warned of', () => {
  const positives = measurePositives(ratingsOf(counted(movieLens100k)), 4)
  expect(formatPositives(positives)).toBe('positive: ≥ 4, 55.4 % of 100,000 ratings')
  expect(warnOfFewPositives(positives)).toBeUndefined()
  // one user in two has a 5
  const few = measurePositives(ratingsOf([5, ...new Array<number>(19).fill(3)]), 5)
  expect(few).toEqual({ threshold: 5, ratings: 20, share: 0.05, users: 2, usersWithoutPositives: 1 })
  expect(warnOfFewPositives(few)).toContain('50.0 % of the users have none')
})
