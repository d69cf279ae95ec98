import { EigenvalueDecomposition, inverse, LuDecomposition, Matrix } from 'ml-matrix'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { covarianceOf } from '../../../src/models/ppca/covariance.ts'
import { ppca } from '../../../src/models/ppca/ppca.ts'
import { principalComponents } from '../../../src/models/ppca/principal-components.ts'
import type { DensityModel } from '../../../src/models/scorer.ts'
import { createRandom } from '../../../src/random/random.ts'
import { randomSparse, toDense, toRows } from '../../compute/reference.ts'
import { lowRankPicks } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const [items, latent] = [9, 3]
const data = randomSparse(40, items, 0.6, createRandom('ppca'))
const positive = new Matrix(toDense(data).map((row) => row.map((value) => Number(value >= 3))))
const hyperparameters = ppca.hyperparameters.parse({ latent, positiveThreshold: 3 })
const weights = await ppca.solve(data, hyperparameters, { random: createRandom('start') })
const W = new Matrix(toRows(weights.W!.values, latent).map((row) => [...row]))
const mu = positive.mean('column')
const variance = weights.variance!.values[0]!
const C = W.mmul(W.transpose()).add(Matrix.eye(items).mul(variance))
const centered = positive.clone().subRowVector(mu)

describe('probabilistic PCA', () => {
  test('has the log-likelihood of N(μ, WWᵀ + σ²I)', async () => {
    const model = ppca.open(weights, hyperparameters) as DensityModel
    const found = await model.logLikelihood(data)
    model.dispose()
    for (const [user, density] of found.entries()) expect(density).toBeCloseTo(logDensity(user), 3)
  })

  test('returns the mean of p(z | x) by conditioning the joint Gaussian of x and z', async () => {
    const model = ppca.open(weights, hyperparameters) as DensityModel
    const found = toRows(await model.embed(data), latent)
    model.dispose()
    // E[z | x] = Cov(z, x) C⁻¹ (x − μ) = Wᵀ C⁻¹ (x − μ)
    const expected = W.transpose().mmul(inverse(C)).mmul(centered.transpose()).transpose()
    for (const [user, z] of found.entries())
      for (const [k, value] of z.entries()) expect(value).toBeCloseTo(expected.get(user, k), 4)
  })

  test('maximizes the likelihood of its training data', async () => {
    const likelihood = (of: Matrix, at: number) =>
      meanLogDensity(of.mmul(of.transpose()).add(Matrix.eye(items).mul(at)))
    const best = likelihood(W, variance)
    expect(likelihood(W, variance * 1.02)).toBeLessThan(best)
    expect(likelihood(W, variance * 0.98)).toBeLessThan(best)
    const random = createRandom('away')
    for (let trial = 0; trial < 20; trial++) {
      const away = W.clone().apply(function (row, k) {
        this.set(row, k, this.get(row, k) + 0.02 * random.normal())
      })
      expect(likelihood(away, variance)).toBeLessThan(best)
    }
  })

  test('assigns the variance that its components do not explain to the noise', () => {
    const covariance = centered.transpose().mmul(centered).div(positive.rows)
    const { realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true })
    const rest = realEigenvalues.sort((a, b) => a - b).slice(0, items - latent)
    expect(variance).toBeCloseTo(rest.reduce((sum, value) => sum + value, 0) / rest.length, 6)
  })
})

test('principal components of more columns than the subspace are those of the full covariance', async () => {
  const { train } = lowRankPicks(120, 60, 12, 2)
  const rows = new Matrix(toDense(train).map((row) => [...row]))
  const deviations = rows.subRowVector(rows.mean('column'))
  const full = new EigenvalueDecomposition(deviations.transpose().mmul(deviations).div(rows.rows), {
    assumeSymmetric: true,
  })
  const expected = full.realEigenvalues.sort((a, b) => b - a).slice(0, 4)
  const { eigenvalues } = await principalComponents(covarianceOf(train), 4, { random: createRandom('start') })
  for (const [k, value] of expected.entries()) expect(eigenvalues[k]).toBeCloseTo(value, 4)
})

function logDensity(user: number): number {
  const x = Matrix.columnVector(centered.getRow(user))
  return logNormal(x, C)
}

function meanLogDensity(covariance: Matrix): number {
  return (
    centered.to2DArray().reduce((sum, x) => sum + logNormal(Matrix.columnVector(x), covariance), 0) /
    positive.rows
  )
}

function logNormal(x: Matrix, covariance: Matrix): number {
  const logDeterminant = Math.log(new LuDecomposition(covariance).determinant)
  const square = x.transpose().mmul(inverse(covariance)).mmul(x).get(0, 0)
  return -(x.rows * Math.log(2 * Math.PI) + logDeterminant + square) / 2
}
