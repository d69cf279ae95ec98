import { expect, test } from 'vitest'
import { selectColumns } from '../../src/interactions/select-columns.ts'
import { fromDense } from '../evaluation/dense.ts'

test('selectColumns keeps the columns asked for and numbers them anew', () => {
  const matrix = fromDense([
    [1, 2, 0, 4],
    [0, 5, 0, 0],
    [6, 0, 7, 8],
  ])
  expect(selectColumns(matrix, Int32Array.of(0, 2, 3))).toEqual(
    fromDense([
      [1, 0, 4],
      [0, 0, 0],
      [6, 7, 8],
    ]),
  )
  expect(selectColumns(matrix, Int32Array.of()).offsets).toEqual(Int32Array.of(0, 0, 0, 0))
})
