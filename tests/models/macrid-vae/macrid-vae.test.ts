import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { measureInterests } from '../../../src/evaluation/interest-use.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { macridVae } from '../../../src/models/macrid-vae/macrid-vae.ts'
import type { MacridVaeHyperparameters } from '../../../src/models/macrid-vae/macrid-vae-hyperparameters.ts'
import type { MultiInterestModel } from '../../../src/models/scorer.ts'
import { createRandom } from '../../../src/random/random.ts'
import { localInference } from '../../../src/recommender/inference/local-inference.ts'
import { recommend } from '../../../src/recommender/recommend.ts'
import { defaultOptions } from '../../../src/recommender/recommendation-options.ts'
import { serveModel } from '../../../src/recommender/served-model.ts'
import { artifactOf } from '../../../src/registry/artifact.ts'
import { openArtifact } from '../../../src/registry/open-artifact.ts'
import { fit } from '../../../src/training/fit.ts'
import {
  type Matrix,
  multinomialNllOfRow,
  multiply,
  randomSparse,
  toDense,
  toRows,
} from '../../compute/reference.ts'
import { provenance } from '../../registry/test-registry.ts'
import {
  corrupted,
  evaluateObjective,
  expectFormula,
  moved,
  type Numbers,
  normalDraws,
} from '../evaluate-objective.ts'
import { matrixOf } from '../worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

test('the objective and its gradient are those of the formula', () => {
  const data = randomSparse(users, 7, 0.7, createRandom('macrid-vae'))
  const hyperparameters = macridVae.hyperparameters.parse({
    ...{ interests: 3, latent: 2, hidden: [4], temperature: 0.5, maxBeta: 0.7, positiveThreshold: 3 },
  }) as MacridVaeHyperparameters
  const objective = macridVae.objective(data, hyperparameters)
  const weights = moved(objective.initialize(createRandom('weights')))
  const examples = corrupted(objective)
  const evaluation = evaluateObjective(objective, examples, weights, { step: 100 })
  expectFormula(evaluation, weights, (numbers) =>
    lossOf(toDense(examples.input), toDense(examples.target), numbers, hyperparameters),
  )
})

test('says of every recommended item for which of the used interests it is', async () => {
  const count = 20
  const random = createRandom('two kinds')
  // of each half of the items a user picks the even or the odd ones, whatever the choice in the other half
  const preferredHalves = Array.from({ length: 150 }, () => [random.integer(2), random.integer(2)])
  const data = matrixOf(150, count, (user, item) =>
    item % 2 === preferredHalves[user]![item < count / 2 ? 0 : 1] && random.uniform() < 0.8 ? 1 : undefined,
  )
  const options = { interests: 2, latent: 4, epochs: 40, batchSize: 50, learningRate: 0.03, maxBeta: 0.05 }
  const { weights, hyperparameters } = await fit({
    model: macridVae,
    train: data,
    seed: 1,
    hyperparameters: options,
  })
  const scorer = macridVae.open(weights, hyperparameters) as MultiInterestModel
  expect(await measureInterests(scorer, data)).toEqual({ used: 2, count: 2 })
  const rated = [0, 2, 11, 13]
  const history = matrixOf(1, count, (_, item) => (rated.includes(item) ? 1 : undefined))
  const expected = await scorer.interestOfItems(await scorer.embed(history))
  scorer.dispose()

  const items = createIdMap(Array.from({ length: count }, (_, item) => `i${item}`))
  const trained = { model: 'macrid-vae', weights, hyperparameters: { ...hyperparameters } }
  const manifest = {
    ...{ ...provenance, model: 'macrid-vae', version: 1, hyperparameters: {}, baselines: null },
    ...{ artifact: { key: '', sha256: '', bytes: 0 }, prunedAt: null, createdAt: new Date(0) },
  }
  const artifact = artifactOf(trained, { matrix: data, items })
  const served = await serveModel({ manifest, artifact }, localInference(openArtifact))
  const ratings = rated.map((item) => ({ itemId: `i${item}`, value: 1 }))
  const list = await recommend(served, ratings, { ...defaultOptions, k: 16 })
  expect(list.items).toHaveLength(16)
  for (const { itemId, interest } of list.items) expect(interest).toBe(expected[Number(itemId.slice(1))])
  expect(new Set(list.items.map(({ interest }) => interest))).toEqual(new Set([0, 1]))
  const popular = await recommend(served, [], { ...defaultOptions, k: 2 })
  expect(popular.items.map(({ interest }) => interest)).toEqual([undefined, undefined])
})

test('the smallest temperature gives finite scores to items along and against a code', async () => {
  const temperature = 0.02
  expect(() => macridVae.hyperparameters.parse({ temperature: 0.01 })).toThrow('temperature')
  const hyperparameters = { temperature, interests: 1, hidden: [], latent: 2 }
  const tensor = (shape: number[], ...values: number[]) => ({ shape, values: Float32Array.from(values) })
  const weights = {
    'encoder.0.weight': tensor([2, 4], ...new Array<number>(8).fill(0)),
    'encoder.0.bias': tensor([4], 1, 0, 0, 0),
    items: tensor([2, 2], 3, 0, -3, 0),
    interests: tensor([1, 2], 1, 0),
    positiveThreshold: tensor([], 1),
  }
  const scorer = macridVae.open(weights, macridVae.hyperparameters.parse(hyperparameters))
  const [along, against] = await scorer.score(matrixOf(1, 2, () => 1))
  expect(along).toBeCloseTo(1 / temperature, 3)
  expect(against).toBeCloseTo(-1 / temperature, 3)
  scorer.dispose()
})

const users = 5

function lossOf(
  input: Matrix,
  target: Matrix,
  weights: Numbers,
  {
    interests,
    latent,
    temperature,
    maxBeta,
  }: { interests: number; latent: number; temperature: number; maxBeta: number },
): number {
  const items = toRows(weights.items!, latent).map(unit)
  const shares = items.map((item) => {
    const exponentials = toRows(weights.interests!, latent)
      .map(unit)
      .map((interest) => Math.exp(dot(item, interest) / temperature))
    return exponentials.map((value) => value / sum(exponentials))
  })
  const sums = input.map((row) => row.map(() => 0))
  const divergences: number[] = []
  const codes = Array.from({ length: interests }, (_, k) => {
    const seen = input.map((row) => unit(row.map((value, i) => value * shares[i]![k]!)))
    const hidden = layer(seen, weights, 'encoder.0').map((row) => row.map(Math.tanh))
    return layer(hidden, weights, 'encoder.1')
  })
  for (const [k, outputs] of codes.entries()) {
    const epsilon = normalDraws(users, latent, k)
    for (const [u, output] of outputs.entries()) {
      const mu = unit(output.slice(0, latent))
      const logVar = output.slice(latent).map((value) => -value)
      const z = unit(mu.map((value, d) => value + 0.075 * Math.exp(logVar[d]! / 2) * epsilon[u]![d]!))
      for (const [i, item] of items.entries())
        sums[u]![i]! += shares[i]![k]! * Math.exp(dot(z, item) / temperature)
      divergences.push(sum(logVar.map((value) => (Math.exp(value) - 1 - value) / 2)))
    }
  }
  const nll = sum(sums.map((row, u) => multinomialNllOfRow(row.map(Math.log), target[u]!)))
  return nll + maxBeta * sum(divergences)
}

function layer(x: Matrix, weights: Numbers, name: string): Matrix {
  const bias = weights[`${name}.bias`]!
  const product = multiply(x, toRows(weights[`${name}.weight`]!, bias.length))
  return product.map((row) => row.map((value, n) => value + bias[n]!))
}

function unit(row: readonly number[]): number[] {
  const length = Math.sqrt(sum(row.map((value) => value * value)) + 1e-8)
  return row.map((value) => value / length)
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((value, n) => value * b[n]!))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
