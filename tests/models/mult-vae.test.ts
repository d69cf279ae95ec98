import { describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { multVae } from '../../src/models/mult-vae.ts'
import { normalizeRows } from '../../src/models/normalize-rows.ts'
import { createRandom } from '../../src/random/random.ts'
import {
  type Matrix,
  multinomialNllOfRow,
  multiply,
  randomSparse,
  toDense,
  toRows,
} from '../compute/reference.ts'
import {
  corrupted,
  evaluateObjective,
  expectFormula,
  moved,
  type Numbers,
  normalDraws,
} from './evaluate-objective.ts'
import { matrixOf } from './worlds.ts'

await useBackend('cpu')

const [users, items, latent, hidden] = [4, 7, 2, 3]
const data = randomSparse(users, items, 0.7, createRandom('mult-vae'))

describe('the objective of Mult-VAE', () => {
  const hyperparameters = multVae.hyperparameters.parse({
    hidden: [hidden],
    latent,
    dropout: 0.4,
    maxBeta: 0.6,
    annealingFraction: 0.5,
    positiveThreshold: 3,
  })
  const objective = multVae.objective(data, hyperparameters)
  const weights = objective.initialize(createRandom('weights'))
  const examples = corrupted(objective)
  const compute = (step: number, at = weights) => evaluateObjective(objective, examples, at, { step })

  test('and its gradient are those of the formula in double precision', () => {
    const at = moved(weights)
    // 20 of the 50 steps of annealing
    expectFormula(compute(20, at), at, (numbers) =>
      negativeElbo(toDense(examples.input), toDense(examples.target), numbers, 0.6 * 0.4),
    )
  })

  test('weights the KL term from 0 to its maximum', () => {
    const [start, half, end, later] = [0, 25, 50, 90].map((step) => compute(step).value)
    expect(half! - start!).toBeGreaterThan(0)
    expect(end! - start!).toBeCloseTo(2 * (half! - start!), 3)
    expect(later).toBe(end)
  })

  test('is a function of the positive items alone, each with the value 1', () => {
    expect(toDense(objective.examples.target)).toEqual(
      toDense(data).map((row) => row.map((value) => Number(value >= 3))),
    )
  })

  test('initializes biases close to 0', () => {
    expect(Math.max(...weights['encoder.0.bias']!.values.map(Math.abs))).toBeLessThanOrEqual(0.002)
    expect(Math.max(...weights['encoder.0.weight']!.values.map(Math.abs))).toBeLessThanOrEqual(
      Math.sqrt(6 / (items + hidden)),
    )
  })
})

describe('the input of Mult-VAE', () => {
  test('has rows of Euclidean length 1, and empty rows', () => {
    const rows = toDense(
      normalizeRows(matrixOf(2, 4, (row, column) => (row === 0 && column > 0 ? 3 : undefined))),
    )
    expect(Math.hypot(...rows[0]!)).toBeCloseTo(1, 6)
    expect(rows[1]).toEqual([0, 0, 0, 0])
  })
})

/** Σ_u −log p(x_u | z_u) + β KL, z = μ + σ ε with the draws of `normalDraws`. */
function negativeElbo(input: Matrix, target: Matrix, weights: Numbers, beta: number): number {
  const layer = (x: Matrix, name: string, size: number) =>
    multiply(x, toRows(weights[`${name}.weight`]!, size)).map((row) =>
      row.map((value, n) => value + weights[`${name}.bias`]![n]!),
    )
  const tanh = (x: Matrix) => x.map((row) => row.map(Math.tanh))
  const code = layer(tanh(layer(input, 'encoder.0', hidden)), 'encoder.1', 2 * latent)
  const epsilon = normalDraws(users, latent)
  let kl = 0
  const z = code.map((row, user) =>
    Array.from({ length: latent }, (_, n) => {
      const [mu, logVar] = [row[n]!, row[latent + n]!]
      kl += (Math.exp(logVar) + mu * mu - 1 - logVar) / 2
      return mu + Math.exp(logVar / 2) * epsilon[user]![n]!
    }),
  )
  const logits = layer(tanh(layer(z, 'decoder.0', hidden)), 'decoder.1', items)
  return logits.reduce((sum, row, user) => sum + multinomialNllOfRow(row, target[user]!), beta * kl)
}
