import { expect, test } from 'vitest'
import {
  choosePenalties,
  generalizedCrossValidation,
  invertWithPenalties,
} from '../../src/attributes/choose-penalties.ts'
import { createRandom } from '../../src/random/random.ts'

type Matrix = readonly (readonly number[])[]

const transpose = (a: Matrix): Matrix => a[0]!.map((_, n) => a.map((row) => row[n]!))
const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => transpose(b).map((column) => row.reduce((sum, value, n) => sum + value * column[n]!, 0)))

/** Columns with mean 0. */
function centered(a: Matrix): Matrix {
  const columns = transpose(a).map((column) => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    return column.map((value) => value - mean)
  })
  return transpose(columns)
}

function problemOf(X: Matrix, Y: Matrix, groups: readonly number[]) {
  const XtY = multiply(transpose(X), Y)
  return {
    rows: X.length,
    size: X[0]!.length,
    gram: Float64Array.from(multiply(transpose(X), X).flat()),
    responses: Float64Array.from(multiply(XtY, transpose(XtY)).flat()),
    total: Y.flat().reduce((sum, value) => sum + value ** 2, 0),
    groups,
  }
}

const random = createRandom('penalties')
const draw = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()))

test('inverts K + Λ', () => {
  const X = draw(9, 4)
  const K = multiply(transpose(X), X)
  const lambda = [1, 2, 3, 4]
  const inverse = invertWithPenalties(Float64Array.from(K.flat()), lambda)
  const rows = K.map((_, row) => [...inverse.subarray(4 * row, 4 * row + 4)])
  const penalized = K.map((row, n) => row.map((value, m) => value + (n === m ? lambda[n]! : 0)))
  for (const [n, row] of multiply(rows, penalized).entries())
    for (const [m, value] of row.entries()) expect(value).toBeCloseTo(n === m ? 1 : 0)
})

test('the score is that of the hat matrix', () => {
  const [X, Y] = [centered(draw(12, 5)), centered(draw(12, 3))]
  const penalties = [2, 2, 2, 7, 7]
  const K = multiply(transpose(X), X)
  const inverse = invertWithPenalties(Float64Array.from(K.flat()), penalties)
  const M = K.map((_, row) => [...inverse.subarray(5 * row, 5 * row + 5)])
  const H = multiply(multiply(X, M), transpose(X))
  const residual = multiply(H, Y).flatMap((row, n) => row.map((value, m) => Y[n]![m]! - value))
  const freedom = 12 - 1.4 * (1 + H.reduce((sum, row, n) => sum + row[n]!, 0))
  const expected = (12 * residual.reduce((sum, value) => sum + value ** 2, 0)) / freedom ** 2
  expect(generalizedCrossValidation(problemOf(X, Y, [3, 2]), [2, 7])).toBeCloseTo(expected, 8)
})

test('a group that predicts nothing has an infinite penalty, and leaves the others as they are', async () => {
  const informative = centered(draw(300, 4))
  const noise = centered(draw(300, 12))
  const both = informative.map((row, n) => [...row, ...noise[n]!])
  const Y = centered(
    multiply(informative, draw(4, 40)).map((row) => row.map((value) => value + 2 * random.normal())),
  )
  const penalties = await choosePenalties(problemOf(both, Y, [4, 12]))
  expect(penalties[1]).toBe(Number.POSITIVE_INFINITY)
  expect(penalties[0]).toBe((await choosePenalties(problemOf(informative, Y, [4])))[0])
  expect(penalties[0]).toBeLessThan(1000)
})

test('more features than rows are no obstacle', async () => {
  const [X, Y] = [centered(draw(8, 20)), centered(draw(8, 3))]
  expect(await choosePenalties(problemOf(X, Y, [20]))).toHaveLength(1)
})
