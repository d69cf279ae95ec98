import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { findModel } from '../../src/models/models.ts'
import {
  hasContributions,
  hasPartialContributions,
  type PartialContributionModel,
} from '../../src/models/scorer.ts'
import { fit } from '../../src/training/fit.ts'
import type { FittedModel } from '../../src/training/fitted-model.ts'
import { smallHyperparameters } from './small-hyperparameters.ts'
import { lowRankPicks, lowRankRatings } from './worlds.ts'

const picks = lowRankPicks(80, 40, 12, 3).train
const train: CsrMatrix = { ...picks, values: picks.values.map(() => 5) }
const itemCount = train.columns

beforeAll(async () => {
  await useBackend('wasm')
})

const rowOf = (items: readonly number[], values: readonly number[]): CsrMatrix => ({
  rows: 1,
  columns: itemCount,
  offsets: Int32Array.of(0, items.length),
  indices: Int32Array.from(items),
  values: Float32Array.from(values),
})
/** Positives, a rating that is neither, and a dislike. */
const items = [1, 4, 7, 12, 20, 33]
const values = [5, 5, 1, 4, -1, 5]

const closedForms = [
  'ease',
  'edlae',
  'dlae',
  'rdlae',
  'dan',
  'ridge',
  'sparse-ease',
  'item-knn',
  'ials',
  'ppca',
  'gf-cf',
  'elsa',
] as const

test.each(closedForms)('contributions of %s equal what the score loses without each item', async (name) => {
  const hyperparameters = { ...smallHyperparameters[name], positiveThreshold: 4 }
  const model = findModel(name)
  const trained = await fit({ model, hyperparameters, train, seed: 1 })
  const scorer = model.open(trained.weights, trained.hyperparameters)
  if (!hasContributions(scorer)) throw new Error(`${name} has no contributions`)
  for (const item of [0, 4, 39]) {
    const contributions = await scorer.contributions(rowOf(items, values), item)
    const whole = (await scorer.score(rowOf(items, values)))[item]!
    for (const n of items.keys()) {
      const others = rowOf(items.toSpliced(n, 1), values.toSpliced(n, 1))
      const without = (await scorer.score(others))[item]!
      expect(contributions[n], `${item} without ${items[n]}`).toBeCloseTo(whole - without, 4)
    }
    expect(contributions.some((contribution) => Math.abs(contribution) > 1e-3)).toBe(true)
  }
  scorer.dispose()
})

test.each([0, 0.5, 1])('contributions of ials hold for the regularization exponent %d', async (exponent) => {
  const model = findModel('ials')
  const hyperparameters = {
    ...smallHyperparameters.ials,
    positiveThreshold: 4,
    regularizationExponent: exponent,
  }
  const trained = await fit({ model, hyperparameters, train, seed: 1 })
  const scorer = model.open(trained.weights, trained.hyperparameters)
  if (!hasContributions(scorer)) throw new Error('ials has no contributions')
  const contributions = await scorer.contributions(rowOf(items, values), 39)
  const whole = (await scorer.score(rowOf(items, values)))[39]!
  const without = (await scorer.score(rowOf(items.slice(1), values.slice(1))))[39]!
  expect(contributions[0]).toBeCloseTo(whole - without, 4)
  scorer.dispose()
})

test('the only positive contributes the whole score of ials, also without a weight of other items', async () => {
  const model = findModel('ials')
  const hyperparameters = { ...smallHyperparameters.ials, positiveThreshold: 4 }
  const trained = await fit({ model, hyperparameters, train, seed: 1 })
  const scorer = model.open(trained.weights, { ...trained.hyperparameters, unobservedWeight: 0 })
  if (!hasContributions(scorer)) throw new Error('ials has no contributions')
  const history = rowOf([4, 7], [5, 1])
  const [contribution, none] = await scorer.contributions(history, 39)
  expect(contribution).toBeCloseTo((await scorer.score(history))[39]!, 4)
  expect(none).toBe(0)
  scorer.dispose()
})

const encoders = [
  'mult-vae',
  'mult-dae',
  'rec-vae',
  'linear-autoencoder',
  'sparse-autoencoder',
  'wasserstein-autoencoder',
] as const

describe.each(encoders)('contributions of %s', (name) => {
  const long = [...Array(40).keys()]
  let scorer: PartialContributionModel

  beforeAll(async () => {
    const model = findModel(name)
    const hyperparameters = { ...smallHyperparameters[name], epochs: 10, positiveThreshold: 4 }
    const trained = await fit({ model, hyperparameters, train, seed: 1 })
    const opened = model.open(trained.weights, trained.hyperparameters)
    if (!hasPartialContributions(opened)) throw new Error(`${name} has no contributions`)
    scorer = opened
    return () => scorer.dispose()
  })

  test.each([
    { history: 'a mixed history', items, values },
    { history: 'one positive', items: [7], values: [5] },
    { history: 'one dislike', items: [7, 9], values: [5, -1] },
    { history: 'dislikes alone', items: [7, 9, 12], values: [-1, -2, -1] },
    { history: 'many', items: long, values: long.map((n) => [5, 2, 4, -1, 5][n % 5]!) },
  ])('of $history equal what the score loses without each item', async ({ items, values }) => {
    const history = rowOf(items, values)
    for (const item of [0, 4, 39]) {
      const positions = Int32Array.from(items.keys()).reverse()
      const contributions = await scorer.contributionsAt(history, item, positions)
      const whole = (await scorer.score(history))[item]!
      for (const [n, position] of positions.entries()) {
        const others = rowOf(items.toSpliced(position, 1), values.toSpliced(position, 1))
        const without = (await scorer.score(others))[item]!
        expect(contributions[n], `${item} without ${items[position]}`).toBeCloseTo(whole - without, 4)
      }
    }
  })

  test('of a long history are close to their estimates', async () => {
    const history = rowOf(
      long,
      long.map(() => 5),
    )
    const contributions = await scorer.contributionsAt(history, 4, Int32Array.from(long))
    const sensitivities = await scorer.sensitivities(history, 4)
    const largest = Math.max(...contributions.map(Math.abs))
    for (const n of long) expect(Math.abs(sensitivities[n]! - contributions[n]!)).toBeLessThan(0.1 * largest)
  })
})

describe.each(['i-autorec', 'u-autorec', 'ui-autorec'] as const)('contributions of %s', (name) => {
  const ratings = lowRankRatings(60, 40, 2).train
  const trainings = new Map<number, Promise<FittedModel>>()

  function trainedOn(unit: number): Promise<FittedModel> {
    const hyperparameters = { ...smallHyperparameters[name], epochs: 10, positiveThreshold: 4 * unit }
    const train = { ...ratings, values: ratings.values.map((value) => unit * value) }
    const trained = trainings.get(unit) ?? fit({ model: findModel(name), hyperparameters, train, seed: 1 })
    trainings.set(unit, trained)
    return trained
  }

  // 5 of the 6 items are positive and 26 of the 40: fewer and more than the 13 dimensions of the space
  test.each([
    { history: 'short', count: 6, unit: 1 },
    { history: 'long', count: 40, unit: 1 },
    { history: 'long, on another scale', count: 40, unit: 20 },
  ])(
    'of a history that is $history equal what the score loses without each item',
    async ({ count, unit }) => {
      const trained = await trainedOn(unit)
      const scorer = findModel(name).open(trained.weights, trained.hyperparameters)
      if (!hasContributions(scorer)) throw new Error(`${name} has no contributions`)
      const items = Array.from({ length: count }, (_, n) => n)
      const values = items.map((n) => unit * (count === 6 ? [5, 5, 1, 4, 4, 5][n]! : 3 + ((n * 7) % 3)))
      for (const item of [0, 4, 39]) {
        const contributions = await scorer.contributions(rowOf(items, values), item)
        const whole = (await scorer.score(rowOf(items, values)))[item]!
        for (const n of items) {
          const others = rowOf(items.toSpliced(n, 1), values.toSpliced(n, 1))
          const without = (await scorer.score(others))[item]!
          expect(contributions[n], `${item} without ${n}`).toBeCloseTo(whole - without, 5)
        }
        expect(contributions.some((contribution) => Math.abs(contribution) > 1e-3)).toBe(true)
      }
      scorer.dispose()
    },
  )
})
