import { expect, test } from 'vitest'
import { type CsrMatrix, columnCounts, rowOf } from '../../../src/interactions/csr/csr-matrix.ts'
import { factorizeInverse } from '../../../src/models/sparse-ease/sparse-inverse.ts'
import { createRandom } from '../../../src/random/random.ts'
import { largestError, multiply, randomSparse, toDense, transposeRows } from '../../compute/reference.ts'
import { solveLinear } from '../solve-linear.ts'
import { matrixOf } from '../worlds.ts'

const x = ones(randomSparse(60, 14, 0.6, createRandom(1)))
const gamma = Float64Array.from({ length: 14 }, (_, column) => 2 + column / 4)

/** XᵀX + diag γ */
const A = multiply(transposeRows(toDense(x)), toDense(x)).map((row, i) =>
  row.map((value, j) => (i === j ? value + gamma[i]! : value)),
)

test('with all weights, VᵀV is the inverse', async () => {
  const V = toDense(await factorizeInverse(x, gamma, 13))
  const product = multiply(multiply(transposeRows(V), V), A)
  for (const [i, row] of product.entries())
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 4)
})

test('with some, each row is the regression on columns of more users, by independent normal equations', async () => {
  const V = await factorizeInverse(x, gamma, 4)
  const users = columnCounts(x)
  let full = 0
  for (let column = 0; column < 14; column++) {
    const { indices, values } = rowOf(V, column)
    const own = values[indices.indexOf(column)]!
    const predictors = [...indices].filter((other) => other !== column)
    expect(predictors.length).toBeLessThanOrEqual(4)
    if (predictors.length === 4) full++
    for (const other of predictors)
      expect(users[other]! > users[column]! || (users[other] === users[column] && other < column)).toBe(true)
    const b = predictors.map((other) => A[column]![other]!)
    const w = solveLinear(
      predictors.map((i) => predictors.map((j) => A[i]![j]!)),
      b,
    )
    const variance = A[column]![column]! - w.reduce((sum, value, n) => sum + value * b[n]!, 0)
    expect(own ** -2).toBeCloseTo(variance, 3)
    expect(
      largestError(
        predictors.map((other) => -values[indices.indexOf(other)]! / own),
        w,
      ),
    ).toBeLessThan(1e-5)
  }
  expect(full).toBe(10)
})

test('chooses a column that explains what another leaves before a copy of that other one', async () => {
  const random = createRandom('choice')
  const data = matrixOf(400, 5, (user, column) => {
    const [a, b] = [user % 2 === 0, user % 5 < 3]
    const target = a && random.uniform() < (b ? 0.8 : 0.1)
    // columns 0 to 2 are copies
    return [a, a, a, b, target][column] ? 1 : undefined
  })
  const V = await factorizeInverse(data, new Float64Array(5).fill(1), 2)
  const { indices } = rowOf(V, 4)
  // its cosine with each of the copies is larger than with column 3
  expect(Array.from(indices)).toEqual([0, 3, 4])
})

test('is finite where most columns are copies of each other and rows of A are not kept whole', async () => {
  const V = await factorizeInverse(
    matrixOf(6, 1300, (user, column) => (column % 7 >= user ? 1 : undefined)),
    new Float64Array(1300).fill(0.01),
    3,
  )
  expect(V.values.every(Number.isFinite)).toBe(true)
  expect(V.values.length).toBeLessThanOrEqual(4 * 1300)
})

test('is interrupted by its signal', async () => {
  const stop = new AbortController()
  const wide = matrixOf(3, 600, () => 1)
  const running = factorizeInverse(wide, new Float64Array(600).fill(1), 2, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('enough')),
  })
  await expect(running).rejects.toThrow('enough')
})

function ones(matrix: CsrMatrix): CsrMatrix {
  return { ...matrix, values: matrix.values.map(() => 1) }
}
