import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { recVae } from '../../../src/models/rec-vae/rec-vae.ts'
import { createRandom } from '../../../src/random/random.ts'
import {
  type Matrix,
  multinomialNllOfRow,
  multiply,
  randomSparse,
  toDense,
  toRows,
} from '../../compute/reference.ts'
import {
  corrupted,
  evaluateObjective,
  expectFormula,
  moved,
  type Numbers,
  normalDraws,
  numbersOf,
} from '../evaluate-objective.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const [users, items, hidden, layers, latent, gamma] = [4, 7, 5, 3, 2, 0.1]
const objective = recVae.objective(
  randomSparse(users, items, 0.7, createRandom('rec-vae')),
  recVae.hyperparameters.parse({ hidden, layers, latent, gamma, encoderPasses: 2, positiveThreshold: 3 }),
)
const initial = objective.initialize(createRandom('weights'))

describe('the objective of RecVAE', () => {
  test.each([0, 2])('and its gradient in pass %d are those of the formula in double precision', (pass) => {
    const [weights, before] = [moved(initial), moved(initial, 0.2)]
    const examples = corrupted(objective, pass)
    const [input, target, old] = [toDense(examples.input), toDense(examples.target), numbersOf(before)]
    expectFormula(
      evaluateObjective(objective, examples, weights, { pass, previousEpoch: before }),
      weights,
      (numbers) => negativeElbo(input, target, numbers, old),
    )
  })

  test('updates the encoder on part of the input, then the decoder on all of it', () => {
    const names = Object.keys(initial)
    const learning = [0, 1, 2].map((pass) => names.filter((name) => objective.isTrainable?.(name, pass)))
    expect(learning[1]).toEqual(learning[0])
    expect(learning[2]).toEqual(['decoder.0.weight', 'decoder.0.bias'])
    expect([...learning[0]!, ...learning[2]!].sort()).toEqual(names.sort())
    const kept = [0, 1, 2].map(
      (pass) => corrupted(objective, pass).input.values.filter((value) => value !== 0).length,
    )
    expect(kept[0]).toBeLessThan(objective.examples.target.values.length)
    expect(kept[2]).toBe(objective.examples.target.values.length)
  })

  test('keeps the encoder of the previous epoch, and nothing else', () => {
    const recalled = Object.keys(initial).filter((name) => objective.keepsPrevious?.(name))
    expect(recalled).toEqual(Object.keys(initial).filter((name) => !name.startsWith('decoder')))
  })
})

/** Σ_u −log p(x_u | z_u) + γ n_u Σ_k (log q(z | x̃) − log p(z | x)), z = μ + σ ε with the draws of `normalDraws`. */
function negativeElbo(input: Matrix, target: Matrix, weights: Numbers, previousEpoch: Numbers): number {
  const whole = target.map((row) => row.map((value) => value / Math.sqrt(sum(row) || 1)))
  const [posterior, old] = [encode(input, weights), encode(whole, previousEpoch)]
  const epsilon = normalDraws(users, latent)
  let kl = 0
  const z = posterior.map((row, user) =>
    Array.from({ length: latent }, (_, k) => {
      const at = row[k]! + Math.exp(row[latent + k]! / 2) * epsilon[user]![k]!
      const prior =
        0.15 * density(at, 0, 0) +
        0.75 * density(at, old[user]![k]!, old[user]![latent + k]!) +
        0.1 * density(at, 0, 10)
      const weight = gamma * sum(target[user]!)
      kl += weight * Math.log(density(at, row[k]!, row[latent + k]!) / prior)
      return at
    }),
  )
  const logits = affine(z, weights, 'decoder.0', items)
  return logits.reduce((total, row, user) => total + multinomialNllOfRow(row, target[user]!), kl)
}

/** Means and log variances side by side. */
function encode(x: Matrix, weights: Numbers): Matrix {
  const outputs: Matrix[] = []
  for (let layer = 0; layer < layers; layer++) {
    const image = affine(outputs.at(-1) ?? x, weights, `encoder.${layer}`, hidden)
    const summed = image.map((row, user) =>
      row.map((value, n) => outputs.reduce((total, output) => total + output[user]![n]!, value)),
    )
    outputs.push(
      summed.map((row) => {
        const active = row.map((value) => value / (1 + Math.exp(-value)))
        const mean = sum(active) / hidden
        const deviation = Math.sqrt(sum(active.map((value) => (value - mean) ** 2)) / hidden + 0.1)
        return active.map(
          (value, n) =>
            ((value - mean) / deviation) * weights[`encoder.${layer}.scale`]![n]! +
            weights[`encoder.${layer}.shift`]![n]!,
        )
      }),
    )
  }
  return affine(outputs.at(-1)!, weights, `encoder.${layers}`, 2 * latent)
}

function affine(x: Matrix, weights: Numbers, name: string, size: number): Matrix {
  return multiply(x, toRows(weights[`${name}.weight`]!, size)).map((row) =>
    row.map((value, n) => value + weights[`${name}.bias`]![n]!),
  )
}

function density(x: number, mean: number, logVariance: number): number {
  return (
    Math.exp(-((x - mean) ** 2) / (2 * Math.exp(logVariance))) /
    Math.sqrt(2 * Math.PI * Math.exp(logVariance))
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
