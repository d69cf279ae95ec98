import { expect, test } from 'vitest'
import { compareHistories } from '../../src/synthesis/compare-histories.ts'
import { fromDense } from '../evaluation/dense.ts'

test('compareHistories finds no difference between equal histories, and the exact one between others', () => {
  const real = fromDense([
    [1, 1, 0, 0],
    [1, 1, 0, 0],
    [0, 1, 1, 1],
  ])
  expect(compareHistories(real, real)).toEqual({
    popularityDistance: 0,
    coOccurrenceCorrelation: expect.closeTo(1, 10),
    lengthDistance: 0,
  })
  const drawn = fromDense([
    [1, 0, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 1, 1],
    [0, 0, 0, 0],
  ])
  // shares 2/7, 3/7, 1/7, 1/7 and 2/4, 0, 1/4, 1/4; lengths 2, 2, 3 and 1, 1, 2
  const { popularityDistance, lengthDistance } = compareHistories(real, drawn)
  expect(popularityDistance).toBeCloseTo(3 / 7, 6)
  expect(lengthDistance).toBeCloseTo(2 / 3, 6)
})
