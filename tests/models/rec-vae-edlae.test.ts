import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import type { Model } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { recVaeEdlae } from '../../src/models/rec-vae-edlae.ts'
import { fit } from '../../src/training/fit.ts'
import { type Matrix, toRows } from '../compute/reference.ts'
import { lowRankPicks, matrixOf } from './worlds.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const { train, heldOut } = lowRankPicks(40, 20, 6, 3)
const deepSettings = { hidden: 8, layers: 2, latent: 3, epochs: 3, batchSize: 10, learningRate: 0.02 }
const linearSettings = { linearDropout: 0.3, linearRegularization: 2 }

async function scoresOf(
  model: Model,
  hyperparameters: object,
  histories = heldOut.histories,
): Promise<Matrix> {
  const fitted = await fit({ model, hyperparameters, train, seed: 4 })
  const scorer = model.open(fitted.weights, fitted.hyperparameters)
  const scores = await scorer.score(histories)
  scorer.dispose()
  return toRows(scores, train.columns)
}

describe('RecVAE blended with EDLAE', () => {
  test('scores by the mean of both, each standardized for each user', async () => {
    const blended = await scoresOf(findModel('rec-vae-edlae'), {
      ...deepSettings,
      ...linearSettings,
      linearShare: 0.3,
    })
    const deep = await scoresOf(findModel('rec-vae'), deepSettings)
    const linear = await scoresOf(findModel('edlae'), { dropout: 0.3, regularization: 2 })
    const standard = (row: readonly number[]) => {
      const mean = row.reduce((sum, score) => sum + score, 0) / row.length
      const deviation = Math.sqrt(row.reduce((sum, score) => sum + (score - mean) ** 2, 0) / row.length)
      return row.map((score) => (score - mean) / deviation)
    }
    for (const [user, row] of blended.entries()) {
      const [a, b] = [standard(deep[user]!), standard(linear[user]!)]
      for (const [item, score] of row.entries()) expect(score).toBeCloseTo(0.7 * a[item]! + 0.3 * b[item]!, 4)
    }
  })

  test('equals RecVAE for a user without positives, for whom the linear path has no input', async () => {
    const emptyHistory = matrixOf(1, train.columns, () => undefined)
    const settings = { ...deepSettings, ...linearSettings, linearShare: 0.6 }
    const [blended] = await scoresOf(findModel('rec-vae-edlae'), settings, emptyHistory)
    const [deep] = await scoresOf(findModel('rec-vae'), deepSettings, emptyHistory)
    const order = (row: readonly number[]) => [...row.keys()].sort((a, b) => row[b]! - row[a]!)
    expect(order(blended!)).toEqual(order(deep!))
  })

  test('solves its linear path once per training', async () => {
    const hyperparameters = recVaeEdlae.resolve({ ...deepSettings, ...linearSettings }, train)
    const learned = (await fit({ model: findModel('rec-vae-edlae'), hyperparameters, train, seed: 4 }))
      .weights
    const [first, second] = [
      await recVaeEdlae.exportWeights(learned, train, hyperparameters),
      await recVaeEdlae.exportWeights(learned, train, hyperparameters),
    ]
    expect(second.linear).toBe(first.linear)
    expect((await recVaeEdlae.exportWeights(learned, heldOut.targets, hyperparameters)).linear).not.toEqual(
      first.linear,
    )
  })
})
