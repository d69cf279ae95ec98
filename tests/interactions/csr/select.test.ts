import { expect, test } from 'vitest'
import { selectColumns } from '../../../src/interactions/csr/select.ts'
import { fromDense } from '../../evaluation/dense.ts'

test('selectColumns keeps the selected columns and renumbers them', () => {
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
