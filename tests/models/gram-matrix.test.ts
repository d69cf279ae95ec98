import { expect, test } from 'vitest'
import { createGramRows } from '../../src/models/gram-matrix.ts'
import { createRandom } from '../../src/random/random.ts'
import { multiply, randomSparse, toDense, transposeRows } from '../compute/reference.ts'

const matrix = randomSparse(30, 11, 0.4, createRandom(1))
const expected = multiply(transposeRows(toDense(matrix)), toDense(matrix))

test('each row is that of XᵀX and replaces the previous content', () => {
  const writeRow = createGramRows(matrix)
  const row = new Float32Array(11)
  expected.forEach((values, item) => {
    writeRow(item, row)
    expect(Array.from(row)).toEqual(values)
  })
})

test('a shorter row receives the first elements only', () => {
  const row = new Float32Array(4)
  createGramRows(matrix)(6, row)
  expect(Array.from(row)).toEqual(expected[6]!.slice(0, 4))
})
