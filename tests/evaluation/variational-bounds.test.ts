import { describe, expect, test } from 'vitest'
import { measureLatentUse } from '../../src/evaluation/latent-use.ts'
import { measureBounds } from '../../src/evaluation/variational-bounds.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import type { PosteriorModel } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import { matrixOf } from '../models/worlds.ts'

const items = 4
const slopes = [1, -0.5, 0.3, -2]
/** The positives are items 0 and 2 of user 0, and items 0 to 2 of user 1; a rating of 1 is not positive. */
const positive = [
  [0, 2],
  [0, 1, 2],
]
const histories = matrixOf(2, items, (user, item) => (positive[user]!.includes(item) ? 5 : 1))

/** One latent unit, logits z · slope; both users have the posterior N(mean, std²). */
function modelOf(mean: number, std: number, slope = slopes): PosteriorModel {
  const all = (of: CsrMatrix, value: number) => new Float32Array(of.rows).fill(value)
  return {
    itemCount: items,
    latentSize: 1,
    posterior: async (of) => ({ mean: all(of, mean), std: all(of, std) }),
    embed: async (of) => all(of, mean),
    decode: async (z) =>
      Float32Array.from(
        { length: z.length * items },
        (_, n) => z[Math.floor(n / items)]! * slope[n % items]!,
      ),
    score: async () => new Float32Array(0),
    dispose() {},
  }
}

function logLikelihood(user: number, z: number): number {
  const normalizer = Math.log(slopes.reduce((sum, slope) => sum + Math.exp(z * slope), 0))
  return positive[user]!.reduce((sum, item) => sum + z * slopes[item]! - normalizer, 0)
}

const density = (z: number, mean: number, std: number) =>
  Math.exp(-(((z - mean) / std) ** 2) / 2) / (std * Math.sqrt(2 * Math.PI))

/** ∫ f(z) dz, by the trapezoid rule. */
function integrate(f: (z: number) => number): number {
  let sum = 0
  for (let z = -12; z <= 12; z += 0.001) sum += 0.001 * f(z)
  return sum
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const logEvidence = mean(
  [0, 1].map((user) => Math.log(integrate((z) => Math.exp(logLikelihood(user, z)) * density(z, 0, 1)))),
)

const boundsOf = (model: PosteriorModel, samples: number) =>
  measureBounds(model, histories, { positiveThreshold: 4, samples, random: createRandom('bounds') })

describe('the bounds of a VAE', () => {
  test('split the ELBO into reconstruction and KL', async () => {
    const { reconstruction, kl, elbo } = await boundsOf(modelOf(0.4, 0.8), 20_000)
    const expected = mean(
      [0, 1].map((user) => integrate((z) => logLikelihood(user, z) * density(z, 0.4, 0.8))),
    )
    expect(reconstruction.mean).toBeCloseTo(expected, 1)
    expect(kl.mean).toBeCloseTo(
      integrate((z) => density(z, 0.4, 0.8) * Math.log(density(z, 0.4, 0.8) / density(z, 0, 1))),
      5,
    )
    expect(elbo.mean).toBeCloseTo(reconstruction.mean - kl.mean, 10)
  })

  test('count ratings that equal a threshold which no 32-bit float equals', async () => {
    const fractional = { ...histories, values: histories.values.map((value) => (value === 5 ? 4.1 : value)) }
    const options = { positiveThreshold: 4.1, samples: 10, random: createRandom('bounds') }
    const model = modelOf(0.4, 0.8)
    expect(await measureBounds(model, fractional, options)).toEqual(await boundsOf(model, 10))
  })

  test('close in on the log-likelihood with the number of samples', async () => {
    const model = modelOf(1.5, 0.7)
    const [one, many] = [await boundsOf(model, 1), await boundsOf(model, 20_000)]
    const { elbo, importanceWeighted } = many
    expect(elbo.mean).toBeLessThan(logEvidence - 0.2)
    expect(importanceWeighted.mean).toBeCloseTo(logEvidence, 1)
    expect(importanceWeighted.mean).toBeGreaterThan(elbo.mean)
    expect(one.samples).toBe(1)
  })

  test('are exact where the decoder does not listen and the posterior is the prior', async () => {
    const { elbo, importanceWeighted, kl } = await boundsOf(modelOf(0, 1, [0, 0, 0, 0]), 3)
    expect(kl.mean).toBeCloseTo(0, 6)
    expect(elbo.mean).toBeCloseTo(-2.5 * Math.log(4), 5)
    expect(importanceWeighted.mean).toBeCloseTo(-2.5 * Math.log(4), 5)
  })
})

describe('the use of a latent space', () => {
  const rows = matrixOf(40, items, () => 5)
  /** The first unit tells users apart, the other 11 are the prior. */
  const moments = (units: number) => ({
    ...modelOf(0, 1),
    latentSize: units,
    posterior: async (of: CsrMatrix) => ({
      mean: Float32Array.from({ length: of.rows * units }, (_, n) => (n % units === 0 ? Math.sin(n) : 0)),
      std: Float32Array.from({ length: of.rows * units }, (_, n) => (n % units === 0 ? 0.5 : 1)),
    }),
  })

  test('counts the units whose mean varies over users, and their KL', async () => {
    const { activeUnits, klPerUnit } = await measureLatentUse(moments(12), rows)
    expect(activeUnits).toBe(1)
    const square = mean(Array.from({ length: 40 }, (_, user) => Math.sin(12 * user) ** 2))
    expect(klPerUnit[0]).toBeCloseTo((0.25 + square - 1) / 2 - Math.log(0.5), 5)
    expect(Math.max(...klPerUnit.slice(1))).toBeCloseTo(0, 6)
  })

  test('has collapsed where fewer than one unit in ten is active', async () => {
    expect((await measureLatentUse(moments(12), rows)).hasCollapsed).toBe(true)
    expect((await measureLatentUse(moments(10), rows)).hasCollapsed).toBe(false)
  })
})
