import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { ials } from '../../src/models/ials.ts'
import { isLatentModel } from '../../src/models/scorer.ts'
import { requireWeight } from '../../src/models/weights.ts'
import { createRandom } from '../../src/random/random.ts'
import {
  largestError,
  type Matrix,
  multiply,
  randomSparse,
  toDense,
  toRows,
  transposeRows,
} from '../compute/reference.ts'
import { solveLinear } from './solve-linear.ts'

const latent = 3
const hyperparameters = {
  ...{ positiveThreshold: 4, latent, epochs: 1, solverSteps: 2 * latent },
  ...{ regularization: 0.3, regularizationExponent: 0.7, unobservedWeight: 0.2, initialDeviation: 0.5 },
}
const ratings = randomSparse(14, 9, 0.6, createRandom(1))
const positive = toDense(ratings).map((row) => row.map((value) => +(value >= 4)))

beforeAll(async () => {
  await useBackend('cpu')
})

describe('ials', () => {
  test('solves the normal equations of all users, then those of all items', async () => {
    const start = createRandom(2)
    const initial = Array.from({ length: 9 * latent }, () => (0.5 / Math.sqrt(latent)) * start.normal())
    const users = normalEquations(positive, toRows(initial, latent))
    const items = normalEquations(transposeRows(positive), users)
    const weights = await ials.solve(ratings, hyperparameters, { random: createRandom(2) })
    expect(largestError(requireWeight(weights, 'items').values, items.flat())).toBeLessThan(1e-4)
  })

  test('embeds a user by the normal equations, and scores by the products with the items', async () => {
    const weights = await ials.solve(ratings, hyperparameters, { random: createRandom(2) })
    const items = toRows(requireWeight(weights, 'items').values, latent)
    const scorer = ials.open(weights, hyperparameters)
    if (!isLatentModel(scorer)) throw new Error('not a latent model')
    const users = normalEquations(positive, items)
    expect(largestError(await scorer.embed(ratings), users.flat())).toBeLessThan(1e-4)
    const scores = multiply(users, transposeRows(items))
    expect(largestError(await scorer.score(ratings), scores.flat())).toBeLessThan(1e-4)
    scorer.dispose()
  })
})

test('the default λ follows the noise level of the data, so that sparse data keep more than popularity', () => {
  const regularization = (rows: number, columns: number, positives: number) =>
    ials.resolve({}, { rows, columns, values: new Float32Array(positives) } as CsrMatrix).regularization
  // MovieLens 1M and a quarter of its positives, against the best λ of their validation users
  expect(regularization(4837, 3505, 465_346)).toBeCloseTo(0.011, 3)
  expect(regularization(5219, 3300, 102_000)).toBeCloseTo(0.019, 3)
  for (const positives of [3000, 30_000, 300_000]) {
    const penaltyOverLikes =
      regularization(10_000, 20_000, positives) * (1 + (0.1 * 10_000 * 20_000) / positives)
    expect(penaltyOverLikes).toBeLessThanOrEqual(0.5)
  }

  // the penalty relative to the number of positives is the same for every α₀
  const data = { rows: 4837, columns: 3505, values: new Float32Array(465_346) } as CsrMatrix
  const density = 465_346 / (4837 * 3505)
  const penalty = (unobservedWeight: number) =>
    ials.resolve({ unobservedWeight }, data).regularization * (1 + unobservedWeight / density)
  expect(penalty(0.5)).toBeCloseTo(penalty(0.1), 6)
  expect(penalty(0.003)).toBeCloseTo(penalty(0.1), 6)
})

/** (Σ_{positive i} h_i h_iᵀ + α₀ HᵀH + λ(n + α₀ |H|)^ν I)⁻¹ Σ_{positive i} h_i for each row. */
function normalEquations(x: Matrix, factors: Matrix): Matrix {
  const { regularization, regularizationExponent, unobservedWeight } = hyperparameters
  return x.map((row) => {
    const count = row.reduce((sum, value) => sum + value, 0)
    const ridge = regularization * (count + unobservedWeight * row.length) ** regularizationExponent
    const weighted = factors.map((factor, n) => factor.map((value) => value * (row[n]! + unobservedWeight)))
    const matrix = multiply(transposeRows(factors), weighted)
    return solveLinear(
      matrix.map((values, n) => values.map((value, m) => value + (n === m ? ridge : 0))),
      multiply([row], factors)[0]!,
    )
  })
}
