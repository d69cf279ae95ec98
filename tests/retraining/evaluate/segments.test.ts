import { describe, expect, test } from 'vitest'
import { popularityDeciles } from '../../../src/evaluation/popularity-deciles.ts'
import { csrFromEntries } from '../../../src/interactions/csr/from-entries.ts'
import { segmentsByActivity, segmentsByPopularity } from '../../../src/retraining/evaluate/segments.ts'

const items = 20

/** A row of item numbers a user, each rated 5. */
function matrixOf(rows: readonly (readonly number[])[], value = 5) {
  const entries = rows.flatMap((own, row) => own.map((item) => [row, item] as const))
  return csrFromEntries(rows.length, items, {
    row: Int32Array.from(entries, ([row]) => row),
    column: Int32Array.from(entries, ([, item]) => item),
    values: new Float32Array(entries.length).fill(value),
  })
}

/** Item 0 has 20 ratings, item 1 has 19, and so on: two items a decile. */
const train = matrixOf(Array.from({ length: items }, (_, user) => [...Array(items - user).keys()]))

const heldOut = {
  users: Int32Array.of(-1, -1, -1),
  histories: matrixOf([[9], [9, 10], [9, 10, 11]]),
  targets: matrixOf([[0], [0, 19], [18]]),
}
const evaluation = {
  rows: Int32Array.of(0, 1, 2),
  lists: [Int32Array.of(0, 1, 2), Int32Array.of(1, 19, 0), Int32Array.of(5, 6, 7)],
}
const judged = { evaluation, heldOut, positiveThreshold: 4, train }

test('items fall into tenths by their training ratings, the most rated first', () => {
  expect([...popularityDeciles(train)]).toEqual(Array.from({ length: items }, (_, item) => item >> 1))
})

describe('the figures by segment', () => {
  test('by activity are means over the users of each third', () => {
    const segments = segmentsByActivity(judged)
    expect(segments.map(({ name }) => name)).toEqual([
      'shortest histories: 1 ratings',
      'medium histories: 2 ratings',
      'longest histories: 3 ratings',
    ])
    expect(segments.map(({ recall }) => recall.mean)).toEqual([1, 1, 0])
    // Hits in places 2 and 3 of two at best: (1/log2 3 + 1/log2 4) / (1 + 1/log2 3).
    expect(segments[1]!.ndcg.mean).toBeCloseTo((1 / Math.log2(3) + 0.5) / (1 + 1 / Math.log2(3)), 12)
  })

  test('by popularity count the targets of a tenth alone, over the users who have one', () => {
    const segments = segmentsByPopularity(judged)
    expect(segments.map(({ name, users }) => [name, users])).toEqual([
      ['1 (most rated)', 2],
      ['10 (least rated)', 2],
    ])
    const [head, tail] = segments
    // Item 0 at the first and the third place.
    expect(head!.ndcg.mean).toBeCloseTo((1 + 0.5) / 2, 12)
    // Item 19 at the second place, item 18 nowhere.
    expect(tail!.recall.mean).toBe(0.5)
    expect(tail!.ndcg.mean).toBeCloseTo(1 / Math.log2(3) / 2, 12)
    // s = 0.5 √2 / 2, s / √2 · 1.96 is wider than all that is possible.
    expect(tail!.recall).toEqual({ mean: 0.5, low: 0, high: 1 })
  })

  test('do not count targets that are not positive', () => {
    const disliked = { ...heldOut, targets: matrixOf([[0], [0], [1]], 3) }
    expect(segmentsByPopularity({ ...judged, heldOut: disliked })).toEqual([])
  })
})
