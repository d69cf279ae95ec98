import { expect, test } from 'vitest'
import { invertPositiveDefinite } from '../../src/compute/invert-positive-definite.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'
import { largestError, type Matrix, multiply, randomValues, toRows, transposeRows } from './reference.ts'

describeEachBackend('invertPositiveDefinite', () => {
  test.each([
    { size: 1, blockSize: 4 },
    { size: 8, blockSize: 8 },
    { size: 23, blockSize: 5 },
    { size: 24, blockSize: 1 },
    { size: 150, blockSize: 140 },
  ])('gives what times the matrix is the identity: $size × $size in blocks of $blockSize', async (shape) => {
    const { size, blockSize } = shape
    const matrix = positiveDefinite(size)
    const inverse = Float32Array.from(matrix.flat())
    await invertPositiveDefinite(inverse, size, blockSize)
    const identity = matrix.map((row, n) => row.map((_, m) => (n === m ? 1 : 0)))
    expect(largestError(multiply(matrix, toRows(inverse, size)).flat(), identity.flat())).toBeLessThan(5e-5)
  })

  test('reads the lower triangle only, and gives both alike', async () => {
    const inverse = Float32Array.from(
      positiveDefinite(7).flatMap((row, n) => row.map((value, m) => (m > n ? Number.NaN : value))),
    )
    await invertPositiveDefinite(inverse, 7, 3)
    expect(inverse.every(Number.isFinite)).toBe(true)
    expect(toRows(inverse, 7)).toEqual(transposeRows(toRows(inverse, 7)))
  })

  test('refuses a matrix that is not positive definite, and one of another size', async () => {
    const singular = new Float32Array(9).fill(1)
    await expect(invertPositiveDefinite(singular, 3, 2)).rejects.toThrow('not positive definite')
    await expect(invertPositiveDefinite(singular, 4)).rejects.toThrow('16 elements, not 9')
  })
})

/** AᵀA + I of a random A. */
function positiveDefinite(size: number): Matrix {
  const a = toRows(randomValues(size * size, createRandom(1, 'a')), size)
  return multiply(transposeRows(a), a).map((row, n) => row.map((value, m) => Math.fround(value + +(n === m))))
}
