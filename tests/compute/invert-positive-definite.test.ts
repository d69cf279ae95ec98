import { expect, test } from 'vitest'
import { invertPositiveDefinite } from '../../src/compute/invert-positive-definite.ts'
import { createRandom } from '../../src/random/random.ts'
import { solveLinear } from '../models/solve-linear.ts'
import { describeEachBackend } from './each-backend.ts'
import { largestError, type Matrix, multiply, randomValues, toRows, transposeRows } from './reference.ts'

describeEachBackend('invertPositiveDefinite', () => {
  test.each([
    { size: 1, blockSize: 4 },
    { size: 8, blockSize: 8 },
    { size: 23, blockSize: 5 },
    { size: 6, blockSize: 1 },
    { size: 136, blockSize: 132 },
  ])('gives what times the matrix is the identity: $size × $size in blocks of $blockSize', async (shape) => {
    const { size, blockSize } = shape
    const matrix = positiveDefinite(size)
    const inverse = Float32Array.from(matrix.flat())
    await invertPositiveDefinite(inverse, size, { blockSize })
    const identity = matrix.map((row, n) => row.map((_, m) => (n === m ? 1 : 0)))
    expect(largestError(multiply(matrix, toRows(inverse, size)).flat(), identity.flat())).toBeLessThan(5e-5)
  })

  test('reads the lower triangle only, and gives both alike', async () => {
    const inverse = Float32Array.from(
      positiveDefinite(7).flatMap((row, n) => row.map((value, m) => (m > n ? Number.NaN : value))),
    )
    await invertPositiveDefinite(inverse, 7, { blockSize: 3 })
    expect(inverse.every(Number.isFinite)).toBe(true)
    expect(toRows(inverse, 7)).toEqual(transposeRows(toRows(inverse, 7)))
  })

  test('reports the share that is done after each part of a block, and ends between two blocks', async () => {
    const matrix = Float32Array.from(positiveDefinite(8).flat())
    const shares: number[] = []
    await invertPositiveDefinite(matrix.slice(), 8, {
      blockSize: 3,
      onProgress: (share) => void shares.push(share),
    })
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares).toEqual(expect.arrayContaining([0.375, 0.75, 1]))
    // the first row of blocks, up to the diagonal, of the first of 8 / 3 blocks
    expect(shares[0]).toBeCloseTo(0.375 * (3 / 8) ** 2, 6)
    const abort = new AbortController()
    const ended = invertPositiveDefinite(matrix, 8, {
      blockSize: 3,
      signal: abort.signal,
      onProgress: (share) => void (share === 0.75 && abort.abort(new Error('stopped at 0.75'))),
    })
    await expect(ended).rejects.toThrow('stopped at 0.75')
  })

  test('equals an inverse in double precision for an ill-conditioned matrix', async () => {
    // rows and columns of very different lengths, as those of popular and rare items
    const size = 60
    const matrix = positiveDefinite(size).map((row, n) =>
      row.map((value, m) => Math.fround(value * scaleOf(n) * scaleOf(m) + (n === m ? 1 : 0))),
    )
    const inverse = Float32Array.from(matrix.flat())
    await invertPositiveDefinite(inverse, size, { blockSize: 16 })
    const exact = invertExactly(matrix)
    const largest = Math.max(...exact.flat().map(Math.abs))
    expect(largestError(inverse, exact.flat()) / largest).toBeLessThan(1e-4)
  })

  test('refuses a matrix that is not positive definite, and one of another size', async () => {
    const singular = new Float32Array(9).fill(1)
    await expect(invertPositiveDefinite(singular, 3, { blockSize: 2 })).rejects.toThrow(
      'not positive definite',
    )
    await expect(invertPositiveDefinite(singular, 4)).rejects.toThrow('16 elements, not 9')
  })
})

function scaleOf(n: number): number {
  return n % 10 === 0 ? 10 : 0.5
}

/** Column by column, by Gaussian elimination in 64 bits. */
function invertExactly(matrix: Matrix): Matrix {
  return transposeRows(
    matrix.map((_, column) =>
      solveLinear(
        matrix,
        matrix.map((_, row) => +(row === column)),
      ),
    ),
  )
}

/** AᵀA + I of a random A. */
function positiveDefinite(size: number): Matrix {
  const a = toRows(randomValues(size * size, createRandom(1, 'a')), size)
  return multiply(transposeRows(a), a).map((row, n) => row.map((value, m) => Math.fround(value + +(n === m))))
}
