import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { conjugateGradient } from '../../src/compute/conjugate-gradient.ts'
import { read } from '../../src/compute/read.ts'
import { createRandom } from '../../src/random/random.ts'
import { solveLinear } from '../models/solve-linear.ts'
import { describeEachBackend } from './each-backend.ts'
import { largestError, type Matrix, multiply, randomValues, toRows, transposeRows } from './reference.ts'

const size = 6
const factor = toRows(randomValues(size * size, createRandom(1)), size)
const matrix = multiply(transposeRows(factor), factor).map((row, n) => row.map((x, m) => x + +(n === m)))
const right = [...toRows(randomValues(2 * size, createRandom(2)), size), new Array<number>(size).fill(0)]

function tensorOf(rows: Matrix): tf.Tensor2D {
  return tf.tensor2d(rows as number[][])
}

function solve(start: Matrix, steps: number): Promise<Float32Array> {
  const solution = tf.tidy(() => {
    const a = tensorOf(matrix)
    return conjugateGradient((x) => tf.matMul(x, a), tensorOf(right), tensorOf(start), steps)
  })
  return read(solution)
}

describeEachBackend('conjugateGradient', () => {
  test('solves every row in as many steps as it has elements, one of zeros too', async () => {
    const solution = await solve(
      right.map((row) => row.map(() => 0)),
      size,
    )
    expect(
      largestError(
        solution,
        right.flatMap((row) => solveLinear(matrix, row)),
      ),
    ).toBeLessThan(1e-4)
  })

  test('gives back a start that is the solution', async () => {
    const solved = right.map((row) => solveLinear(matrix, row))
    const solution = await solve(solved, 3)
    expect(largestError(solution, solved.flat())).toBeLessThan(1e-5)
  })
})
