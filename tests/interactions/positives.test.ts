import { describe, expect, test } from 'vitest'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { positives, positivesAndDislikes } from '../../src/interactions/positives.ts'

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
    const matrix = positives(ratings(3.5, 4, 1, 5), 4)
    expect(Array.from(matrix.indices)).toEqual([1, 3])
    expect(Array.from(matrix.values)).toEqual([1, 1])
    expect(matrix.columns).toBe(4)
  })

  test('include a rating at a threshold that no 32-bit float equals', () => {
    expect(Array.from(positives(ratings(4.1, 4), 4.1).indices)).toEqual([0])
  })

  test('are none where there is no interaction', () => {
    expect(positives(ratings(), 4).indices).toHaveLength(0)
  })

  test('leave room for dislikes, the ratings below 0', () => {
    const signed = positivesAndDislikes(ratings(3, 4, -1, 0), 4)
    expect(Array.from(signed.indices)).toEqual([1, 2])
    expect(Array.from(signed.values)).toEqual([1, -1])
  })
})
