import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { findModel } from '../../src/models/models.ts'
import { hasContributions } from '../../src/models/scorer.ts'
import { fit } from '../../src/training/fit.ts'
import { smallHyperparameters } from './small-hyperparameters.ts'
import { lowRankPicks } from './worlds.ts'

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

const closedForms = ['ease', 'edlae', 'dlae', 'rdlae', 'dan', 'ridge', 'item-knn', 'ials', 'gf-cf'] as const

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
