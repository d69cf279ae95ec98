import { describe, expect, test } from 'vitest'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { positives, positiveThresholdOf } from '../../src/interactions/positives.ts'

/** One user with these ratings of items 0, 1, … */
function ratings(...values: number[]) {
  return csrFromEntries(1, values.length, {
    row: new Int32Array(values.length),
    column: Int32Array.from(values.keys()),
    values: Float32Array.from(values),
  })
}

describe('positives', () => {
  test('are the ratings from the threshold on, each with the value 1', () => {
    const liked = positives(ratings(3.5, 4, 1, 5), 4)
    expect(Array.from(liked.indices)).toEqual([1, 3])
    expect(Array.from(liked.values)).toEqual([1, 1])
    expect(liked.columns).toBe(4)
  })

  test.each([
    { data: [1, 4, 5], from: 4, liked: [1, 2], why: 'stars' },
    { data: [1, 1, 1], from: 4, liked: [0, 1, 2], why: 'clicks that are all 1' },
    { data: [1, 3, 2], from: 4, liked: [0, 1, 2], why: 'counts that are all below' },
    { data: [1, -1, 0.3], from: 4, liked: [0, 2], why: 'events of which one is a dislike' },
    { data: [5, 5], from: 4, liked: [0, 1], why: 'values that are all above' },
    { data: [4.1, 4], from: 4.1, liked: [0], why: 'a threshold that no 32-bit float equals' },
  ])('of $data from $from are those at $liked: $why', ({ data, from, liked }) => {
    const matrix = ratings(...data)
    expect(Array.from(positives(matrix, positiveThresholdOf(matrix, from)).indices)).toEqual(liked)
  })

  test('are none where there is no interaction', () => {
    expect(positives(ratings(), positiveThresholdOf(ratings(), 4)).indices).toHaveLength(0)
  })
})
