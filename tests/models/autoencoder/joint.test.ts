// The discriminator of pairs (x, z): ALI, ALICE and HALI.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { createDeviceRandom } from '../../../src/compute/philox.ts'
import { alice } from '../../../src/models/alice.ts'
import type { AutoencoderHyperparameters } from '../../../src/models/autoencoder/autoencoder-hyperparameters.ts'
import { relaxedPositives } from '../../../src/models/autoencoder/relaxed-positives.ts'
import { fillUniform, philoxKey } from '../../../src/random/philox.ts'
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
  uniformDraws,
} from '../evaluate-objective.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const [users, items, latent] = [5, 7, 3]
const data = randomSparse(users, items, 0.7, createRandom('joint'))
const parse = (options: object) =>
  alice.hyperparameters.parse({
    ...{ latent, positiveThreshold: 3, dropout: 0, discriminatorWidth: 4, maxBeta: 0.7 },
    ...options,
  }) as AutoencoderHyperparameters

describe('the objective with a joint discriminator', () => {
  test.each([
    { what: 'ALICE', options: { hidden: [4], dropout: 0.3 } },
    { what: 'ALI', options: { reconstruction: 0 } },
    { what: 'HALI', options: { reconstruction: 0, hierarchical: true, hidden: [4] } },
    { what: 'HALI with the likelihood', options: { reconstruction: 0.5, hierarchical: true, hidden: [4] } },
  ])('and its gradient are those of the formula of $what, for both players', ({ options }) => {
    const hyperparameters = parse(options)
    const objective = alice.objective(data, hyperparameters)
    const weights = moved(objective.initialize(createRandom('weights')))
    for (const pass of [0, 1]) {
      const examples = corrupted(objective, pass)
      const evaluation = evaluateObjective(objective, examples, weights, { pass, step: 100 })
      const trains = (name: string) => name.startsWith('discriminator.') === (pass === 1)
      expect(Object.keys(evaluation.gradients)).toEqual(Object.keys(weights).filter(trains))
      expectFormula(evaluation, weights, (numbers) =>
        lossOf(toDense(examples.input), toDense(examples.target), numbers, hyperparameters, pass),
      )
    }
  })

  test('refuses options that do not fit', () => {
    expect(() => parse({ hierarchical: true })).toThrow('hidden to the size of the lower one')
    expect(() => parse({ prior: 'kl', reconstruction: 0 })).toThrow("only for prior 'joint'")
  })
})

describe('relaxed positives', () => {
  test('are drawn as often as by a multinomial with a Poisson number of draws', () => {
    const [rows, n] = [20_000, 3]
    const pi = [0.5, 0.25, 0.2, 0.05]
    const logits = tf.tensor2d(Array.from({ length: rows }, () => pi.map(Math.log)))
    const random = createDeviceRandom(philoxKey('relaxed'), tf.tensor1d([0], 'int32'))
    const drawn = relaxedPositives(logits, tf.fill([rows], n), random).arraySync() as number[][]
    for (const row of drawn.slice(0, 100)) expect(Math.hypot(...row)).toBeCloseTo(1, 2)
    // above ½ before the norm: σ((log n π + G) / T) > ½ where log n π + G > 0
    const raw = toRows(uniformDrawsOf(rows * 4), 4).map((row) =>
      row.map((u, i) => sigmoid((Math.log(n * pi[i]!) - Math.log(-Math.log(u))) / 0.5)),
    )
    for (const [i, p] of pi.entries()) {
      const share = raw.filter((row) => row[i]! > 0.5).length / rows
      expect(Math.abs(share - (1 - Math.exp(-n * p)))).toBeLessThan(0.015)
    }
    for (const [u, row] of raw.slice(0, 100).entries())
      for (const [i, value] of row.entries()) expect(drawn[u]![i]).toBeCloseTo(value / Math.hypot(...row), 3)
  })
})

function uniformDrawsOf(count: number): Float32Array {
  const draws = new Float32Array(count)
  fillUniform(draws, { key: philoxKey('relaxed'), step: 0, stream: 0 })
  return draws
}

/** What a player minimizes, with β at its maximum. */
function lossOf(
  input: Matrix,
  target: Matrix,
  weights: Numbers,
  { hierarchical, reconstruction, maxBeta }: AutoencoderHyperparameters,
  pass: number,
): number {
  let stream = 0
  const noise = (columns: number) => normalDraws(users, columns, stream++)
  const level = (a: Matrix) => (hierarchical ? add(a, scale(noise(a[0]!.length), 0.3)) : a)
  const first = level(layer(input, weights, 'encoder.0'))
  const moments = later(first, weights, 'encoder')
  const epsilon = noise(latent)
  const z = moments.map((row, u) =>
    row.slice(0, latent).map((mu, k) => mu + Math.exp(row[latent + k]! / 2) * epsilon[u]![k]!),
  )
  let loss = 0
  if (pass === 0) {
    const logits = later(level(layer(z, weights, 'decoder.0')), weights, 'decoder')
    if (reconstruction > 0)
      loss += reconstruction * sum(logits.map((row, u) => multinomialNllOfRow(row, target[u]!)))
  }
  const encoded = discriminate({ z, x: target.map(unit), first }, weights)
  const p = noise(latent)
  const lower = level(layer(p, weights, 'decoder.0'))
  const gumbel = toRows(uniformDraws(users * items, stream), items).map((row) =>
    row.map((u) => -Math.log(-Math.log(u))),
  )
  const x = later(lower, weights, 'decoder').map((row, u) => {
    const [total, n] = [sum(row.map(Math.exp)), sum([...target[u]!])]
    return unit(
      row.map((logit, i) => sigmoid((Math.log((n * Math.exp(logit)) / total) + gumbel[u]![i]!) / 0.5)),
    )
  })
  const drawn = discriminate({ z: p, x, first: lower }, weights)
  const sign = pass === 0 ? 1 : -1
  const game = sum(encoded.map((d) => softplus(-sign * d))) + sum(drawn.map((d) => softplus(sign * d)))
  return loss + (pass === 0 ? maxBeta * game : game)
}

/** D of each row: (x, z), and the hidden layer next to the items where the discriminator has weights for it. */
function discriminate(
  { z, x, first }: { readonly z: Matrix; readonly x: Matrix; readonly first: Matrix },
  weights: Numbers,
): number[] {
  const width = weights['discriminator.0.bias']!.length
  let a = add(
    layer(z, weights, 'discriminator.0'),
    multiply(x, toRows(weights['discriminator.items.weight']!, width)),
  )
  const seen = weights['discriminator.level.weight']
  if (seen) a = add(a, multiply(tanh(first), toRows(seen, width)))
  return later(a, weights, 'discriminator').map(([logit]) => logit!)
}

/** The layers after the first. */
function later(first: Matrix, weights: Numbers, part: string): Matrix {
  let a = first
  for (let n = 1; `${part}.${n}.bias` in weights; n++) a = layer(tanh(a), weights, `${part}.${n}`)
  return a
}

function layer(x: Matrix, weights: Numbers, name: string): Matrix {
  const bias = weights[`${name}.bias`]!
  const product = multiply(x, toRows(weights[`${name}.weight`]!, bias.length))
  return product.map((row) => row.map((value, n) => value + bias[n]!))
}

function tanh(a: Matrix): Matrix {
  return a.map((row) => row.map(Math.tanh))
}

function add(a: Matrix, b: Matrix): Matrix {
  return a.map((row, u) => row.map((value, k) => value + b[u]![k]!))
}

function scale(a: Matrix, by: number): Matrix {
  return a.map((row) => row.map((value) => value * by))
}

function unit(row: readonly number[]): number[] {
  const norm = Math.sqrt(sum(row.map((value) => value * value)) + 1e-6)
  return row.map((value) => value / norm)
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a))
}

function softplus(a: number): number {
  return Math.log(1 + Math.exp(a))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
