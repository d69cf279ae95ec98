import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { defineAutoencoder } from '../../../src/models/autoencoder/autoencoder.ts'
import type { AutoencoderHyperparameters } from '../../../src/models/autoencoder/autoencoder-hyperparameters.ts'
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
  uniformDraws,
} from '../evaluate-objective.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const [users, items, latent] = [5, 7, 3]
const data = randomSparse(users, items, 0.7, createRandom('autoencoder'))
const autoencoder = defineAutoencoder('autoencoder', {
  epochs: 1,
  batchSize: 5,
  learningRate: 0.01,
  learningRateDecay: 'none',
  patience: 1,
})
const parse = (options: object) =>
  autoencoder.hyperparameters.parse({
    latent,
    positiveThreshold: 3,
    ...options,
  }) as AutoencoderHyperparameters

describe('the objective of the autoencoder', () => {
  test.each<{ readonly what: string; readonly options: object }>([
    { what: 'one linear layer', options: { activation: 'identity', latent: 9 } },
    { what: 'deep layers with noise of both kinds', options: { hidden: [4, 5], dropout: 0.3, noise: 0.5 } },
    { what: 'an L1 term', options: { l1: 0.3, regularization: 0.02 } },
    { what: 'KL sparsity', options: { activation: 'sigmoid', sparsity: 0.7, targetActivation: 0.1 } },
    { what: 'a contraction of tanh', options: { contraction: 0.4 } },
    { what: 'a contraction of sigmoids', options: { activation: 'sigmoid', contraction: 0.4 } },
    { what: 'a contraction of the mean of q(z | x)', options: { prior: 'kl', maxBeta: 2, contraction: 0.4 } },
    { what: 'an MMD prior', options: { hidden: [4], prior: 'mmd', maxBeta: 3, activation: 'sigmoid' } },
    { what: 'an MMD prior of a mixture', options: { prior: 'mmd', maxBeta: 3, priorComponents: 3 } },
    {
      what: 'a discriminator',
      options: { hidden: [4], prior: 'adversarial', maxBeta: 3, regularization: 0.02 },
    },
    { what: 'a critic', options: { prior: 'wasserstein', maxBeta: 3 } },
    { what: 'a conditional decoder', options: { conditional: true, hidden: [4] } },
    { what: 'a clustering term', options: { clustering: 2, clusters: 3, hidden: [4] } },
    { what: 'a clustering of the mean of q(z | x)', options: { prior: 'kl', maxBeta: 2, clustering: 2 } },
    { what: 'features', options: { featureConsistency: 2, regularization: 0.02 } },
  ])('and its gradient are those of the formula with $what', ({ options }) => {
    const hyperparameters = parse(options)
    const objective = autoencoder.objective(data, hyperparameters)
    const weights = moved({
      ...objective.initialize(createRandom('weights')),
      ...(hyperparameters.featureConsistency > 0 && {
        'features.items': { shape: [items, 2], values: new Float32Array(2 * items) },
      }),
    })
    const examples = corrupted(objective)
    const [input, target] = hyperparameters.conditional
      ? splitRows(toDense(examples.target))
      : [toDense(examples.input), toDense(examples.target)]
    // constants to the gradient
    const memberships = targetMemberships(input, numbersOf(weights), hyperparameters)
    expectFormula(evaluateObjective(objective, examples, weights, { step: 100 }), weights, (numbers) =>
      lossOf(input, target, numbers, hyperparameters, memberships),
    )
  })

  test.each([
    { what: 'a discriminator', options: { prior: 'adversarial', discriminatorWidth: 4 } },
    { what: 'a mixture', options: { prior: 'adversarial', discriminatorWidth: 4, priorComponents: 2 } },
    { what: 'a critic', options: { prior: 'wasserstein', discriminatorWidth: 4 } },
  ])('and its gradient are those of the formula in the passes of $what', ({ options }) => {
    const hyperparameters = parse({ ...options, hidden: [4] })
    const objective = autoencoder.objective(data, hyperparameters)
    const weights = moved(objective.initialize(createRandom('weights')))
    const examples = corrupted(objective, 1)
    const evaluation = evaluateObjective(objective, examples, weights, { pass: 1 })
    expect(Object.keys(evaluation.gradients).every((name) => name.startsWith('discriminator.'))).toBe(true)
    expectFormula(evaluation, weights, (numbers) =>
      discriminatorLossOf(toDense(examples.input), numbers, hyperparameters),
    )
  })

  test('adds Gaussian noise to the positives of the input, and to nothing else', () => {
    const clean = autoencoder.objective(data, parse({}))
    const noisy = autoencoder.objective(data, parse({ noise: 0.2 }))
    const [shown, disturbed] = [clean, noisy].map((objective) => corrupted(objective).input)
    expect(disturbed!.indices).toEqual(shown!.indices)
    const relative = Array.from(disturbed!.values, (value, n) => value / shown!.values[n]! - 1)
    const deviation = Math.sqrt(relative.reduce((sum, by) => sum + by * by, 0) / relative.length)
    expect(deviation).toBeGreaterThan(0.1)
    expect(deviation).toBeLessThan(0.3)
  })
})

describe('incompatible options', () => {
  test('are refused with the change to make', () => {
    expect(() => parse({ sparsity: 1 })).toThrow("set activation to 'sigmoid'")
    expect(() => parse({ contraction: 1, hidden: [4] })).toThrow('set hidden to []')
    expect(() => parse({ prior: 'kl', priorComponents: 2 })).toThrow('for codes that are points')
    expect(() => parse({ prior: 'mmd', priorComponents: 4 })).toThrow('at most latent')
  })
})

/** The whole objective of a batch, with β at its maximum; the draws are those of `normalDraws`. */
function lossOf(
  input: Matrix,
  target: Matrix,
  weights: Numbers,
  options: AutoencoderHyperparameters,
  memberships: Matrix,
): number {
  const { prior, maxBeta, regularization, l1, sparsity, targetActivation: rho, contraction } = options
  const g = functions[options.activation]
  const gCode = prior === 'none' ? g : functions.identity
  const output = applyLayers(input, weights, 'encoder', g.value)
  const h = output.map((row) => row.slice(0, options.latent).map(gCode.value))
  const noise = () => normalDraws(users, options.latent)
  let loss = 0
  let z: Matrix = h
  if (prior === 'kl') {
    const epsilon = noise()
    const logVar = output.map((row) => row.slice(options.latent))
    z = h.map((row, u) => row.map((mu, k) => mu + Math.exp(logVar[u]![k]! / 2) * epsilon[u]![k]!))
    loss += maxBeta * sum(h.flatMap((row, u) => row.map((mu, k) => kl(mu, logVar[u]![k]!))))
  } else if (prior === 'mmd') loss += maxBeta * users * discrepancy(h, priorDraws(options))
  else if (prior !== 'none')
    for (const logit of discriminate(h, weights))
      loss += maxBeta * (prior === 'adversarial' ? Math.log(1 + Math.exp(-logit)) : -logit)
  const logits = applyLayers(z, weights, 'decoder', g.value)
  loss += sum(logits.map((row, u) => multinomialNllOfRow(row, target[u]!)))
  for (const [name, values] of Object.entries(weights))
    if (/coder.*weight$/.test(name)) loss += users * regularization * sum(Array.from(values, (w) => w * w))
  if (options.featureConsistency > 0)
    for (const [u, row] of logits.entries())
      loss += options.featureConsistency * featureDistance(row, target[u]!, weights['features.items']!)
  loss += l1 * sum(h.flat().map(Math.abs))
  if (sparsity > 0)
    for (let k = 0; k < options.latent; k++) {
      const mean = sum(h.map((row) => row[k]!)) / users
      loss += sparsity * users * (rho * Math.log(rho / mean) + (1 - rho) * Math.log((1 - rho) / (1 - mean)))
    }
  if (contraction > 0)
    loss += contraction * sum(input.map((x) => jacobianNorm(x, weights, gCode.value, options)))
  if (options.clustering > 0) {
    const q = softMemberships(h, weights)
    loss +=
      options.clustering * sum(memberships.flatMap((p, u) => p.map((p, k) => p * Math.log(p / q[u]![k]!))))
  }
  return loss
}

/** p of DEC, equation 3; empty without clusters. */
function targetMemberships(
  input: Matrix,
  weights: Numbers,
  { prior, activation, latent }: AutoencoderHyperparameters,
): Matrix {
  if (!('clusters.centroids' in weights)) return []
  const g = functions[activation].value
  const output = applyLayers(input, weights, 'encoder', g)
  const q = softMemberships(
    output.map((row) => row.slice(0, latent).map(prior === 'none' ? g : functions.identity.value)),
    weights,
  )
  const sizes = q[0]!.map((_, k) => sum(q.map((row) => row[k]!)))
  return q.map((row) => shares(row.map((value, k) => value ** 2 / sizes[k]!)))
}

/** q of DEC, equation 1, with one degree of freedom. */
function softMemberships(codes: Matrix, weights: Numbers): Matrix {
  const centroids = toRows(weights['clusters.centroids']!, codes[0]!.length)
  return codes.map((z) =>
    shares(centroids.map((c) => 1 / (1 + sum(z.map((value, d) => (value - c[d]!) ** 2))))),
  )
}

function shares(values: readonly number[]): number[] {
  return values.map((value) => value / sum(values))
}

/** Input and weighted targets of CF-NADE: a positive is input if its uniform draw is below that of its user. */
function splitRows(x: Matrix): [Matrix, Matrix] {
  const entries = x.flatMap((row, u) => row.flatMap((value, i) => (value === 0 ? [] : [[u, i] as const])))
  const places = uniformDraws(users, 0)
  const draws = uniformDraws(entries.length, 1)
  const before = x.map((row) => row.map(() => 0))
  for (const [n, [u, i]] of entries.entries()) before[u]![i] = draws[n]! < places[u]! ? 1 : 0
  const after = x.map((row, u) => {
    const [n, m] = [sum([...row]), sum([...before[u]!])]
    return row.map((value, i) => (value - before[u]![i]!) * ((n + 1) / Math.max(n - m, 1)))
  })
  return [before.map((row) => row.map((value) => value / Math.sqrt(Math.max(sum(row), 1)))), after]
}

/** n ‖(x / n − softmax(logits)) F‖² for F with two columns. */
function featureDistance(logits: readonly number[], x: readonly number[], F: ArrayLike<number>): number {
  const [n, total] = [sum(x), sum(logits.map(Math.exp))]
  const differences = x.map((value, i) => value / n - Math.exp(logits[i]!) / total)
  return n * sum([0, 1].map((f) => sum(differences.map((value, i) => value * F[2 * i + f]!)) ** 2))
}

/** What the discriminator minimizes, with the norm of its gradient by differences. */
function discriminatorLossOf(input: Matrix, weights: Numbers, options: AutoencoderHyperparameters): number {
  const codes = applyLayers(input, weights, 'encoder', functions[options.activation].value)
  const draws = priorDraws(options)
  const [atCodes, atDraws] = [discriminate(codes, weights), discriminate(draws, weights)]
  if (options.prior === 'adversarial')
    return sum(codes.map((_, u) => -Math.log(sigmoid(atDraws[u]!)) - Math.log(1 - sigmoid(atCodes[u]!))))
  const shares = uniformDraws(users, 1)
  const norms = codes.map((z, u) =>
    Math.sqrt(
      gradientNorm(
        z.map((value, k) => value + shares[u]! * (draws[u]![k]! - value)),
        (x) => discriminate([x], weights),
      ),
    ),
  )
  return sum(codes.map((_, u) => atCodes[u]! - atDraws[u]! + 10 * (norms[u]! - 1) ** 2))
}

function discriminate(rows: Matrix, weights: Numbers): number[] {
  return applyLayers(rows, weights, 'discriminator', Math.tanh).map(([logit]) => logit!)
}

/** N(0, I) or the mixture, whose k-th mean is √8 on axis k. */
function priorDraws({ priorComponents }: AutoencoderHyperparameters): Matrix {
  const components = uniformDraws(users, 1).map((draw) => Math.floor(draw * priorComponents))
  return normalDraws(users, latent).map((row, u) =>
    row.map((value, k) => value + (priorComponents > 1 && components[u] === k ? Math.sqrt(8) : 0)),
  )
}

/** ‖∂h/∂x‖²_F at one input, by differences. */
function jacobianNorm(
  x: readonly number[],
  weights: Numbers,
  g: (a: number) => number,
  options: AutoencoderHyperparameters,
): number {
  const codeAt = (at: readonly number[]) =>
    applyLayers([at], weights, 'encoder', g)[0]!.slice(0, options.latent).map(g)
  return gradientNorm(x, codeAt)
}

/** The sum of the squares of the derivatives of a function of several values, by differences. */
function gradientNorm(x: readonly number[], f: (at: readonly number[]) => number[]): number {
  const step = 1e-4
  return sum(
    x.flatMap((_, i) => {
      const shifted = (by: number) => f(x.map((value, j) => (i === j ? value + by : value)))
      const [above, below] = [shifted(step), shifted(-step)]
      return above.map((value, k) => ((value - below[k]!) / (2 * step)) ** 2)
    }),
  )
}

function discrepancy(a: Matrix, b: Matrix): number {
  const mean = (p: Matrix, q: Matrix) =>
    sum(p.flatMap((a) => q.map((b) => kernel(a, b)))) / (p.length * q.length)
  return mean(a, a) + mean(b, b) - 2 * mean(a, b)
}

function kernel(p: readonly number[], q: readonly number[]): number {
  const distance = sum(p.map((value, k) => (value - q[k]!) ** 2))
  return sum([0.1, 0.2, 0.5, 1, 2, 5, 10].map((s) => (2 * p.length * s) / (2 * p.length * s + distance)))
}

function kl(mu: number, logVar: number): number {
  return (Math.exp(logVar) + mu * mu - 1 - logVar) / 2
}

function applyLayers(x: Matrix, weights: Numbers, name: string, g: (a: number) => number): Matrix {
  let output = x
  for (let layer = 0; `${name}.${layer}.weight` in weights; layer++) {
    const bias = weights[`${name}.${layer}.bias`]!
    const matrix = toRows(weights[`${name}.${layer}.weight`]!, bias.length)
    const before = layer === 0 ? output : output.map((row) => row.map(g))
    output = multiply(before, matrix).map((row) => row.map((value, n) => value + bias[n]!))
  }
  return output
}

const functions = {
  identity: { value: (a: number) => a },
  sigmoid: { value: sigmoid },
  tanh: { value: Math.tanh },
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
