import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { evaluateRanking, summarizeRanking } from '../../src/evaluation/evaluate-ranking.ts'
import { evaluateRatings, summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import type { BlendSettings } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { isRatingPredictor, type Scorer } from '../../src/models/scorer.ts'
import { simplexGrid } from '../../src/training/choose-shares.ts'
import { fit } from '../../src/training/fit.ts'
import type { EpochReport, FitOptions, FittedModel } from '../../src/training/fitted-model.ts'
import { type Matrix, toRows } from '../compute/reference.ts'
import { lowRankPicks, lowRankRatings } from '../models/worlds.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const picks = lowRankPicks(80, 30, 8, 3)
const vae = { epochs: 4, batchSize: 20, learningRate: 0.02, hidden: [8], latent: 3 }
const parts = [
  { model: 'mult-vae', hyperparameters: vae },
  { model: 'ease', hyperparameters: { regularization: 2 } },
]

function fitBlend(hyperparameters: object, options: Partial<FitOptions> = {}): Promise<FittedModel> {
  return fit({ model: findModel('blend'), hyperparameters, train: picks.train, seed: 4, ...options })
}

async function withScorer<T>(
  name: string,
  fitted: FittedModel,
  use: (scorer: Scorer) => Promise<T>,
): Promise<T> {
  const scorer = findModel(name).open(fitted.weights, fitted.hyperparameters)
  try {
    return await use(scorer)
  } finally {
    scorer.dispose()
  }
}

function scoresOf(name: string, fitted: FittedModel): Promise<Matrix> {
  return withScorer(name, fitted, async (scorer) =>
    toRows(await scorer.score(picks.heldOut.histories), picks.train.columns),
  )
}

function standardized(row: readonly number[]): number[] {
  const mean = row.reduce((sum, score) => sum + score, 0) / row.length
  const deviation = Math.sqrt(row.reduce((sum, score) => sum + (score - mean) ** 2, 0) / row.length)
  return row.map((score) => (score - mean) / deviation)
}

describe('a blend', () => {
  test('scores by the shares of its parts, each trained as it is alone and standardized for each user', async () => {
    const blended = await scoresOf('blend', await fitBlend({ parts, shares: [0.7, 0.3] }))
    const alone = await Promise.all(
      parts.map(async ({ model: name, hyperparameters }) =>
        scoresOf(name, await fit({ model: findModel(name), hyperparameters, train: picks.train, seed: 4 })),
      ),
    )
    for (const [user, row] of blended.entries()) {
      const [a, b] = alone.map((scores) => standardized(scores[user]!)) as [number[], number[]]
      for (const [item, score] of row.entries()) expect(score).toBeCloseTo(0.7 * a[item]! + 0.3 * b[item]!, 4)
    }
  })

  test('has the shares that are best on the validation users: no part alone is better there', async () => {
    const fitted = await fitBlend({ parts }, { validation: picks.heldOut })
    const { shares } = fitted.hyperparameters as BlendSettings
    const ndcgWith = (shares: readonly number[]) =>
      withScorer(
        'blend',
        { ...fitted, hyperparameters: { ...fitted.hyperparameters, shares } },
        async (scorer) => {
          const ranking = await evaluateRanking(scorer, picks.heldOut, ['ndcg@100'], { positiveThreshold: 1 })
          return summarizeRanking(ranking)['ndcg@100']!.mean
        },
      )
    const best = await ndcgWith(shares!)
    for (const other of [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
      [0.25, 0.75],
    ])
      expect(best).toBeGreaterThanOrEqual(await ndcgWith(other))
  })

  test('is trained again on other data from its hyperparameters, without validation', async () => {
    const { hyperparameters } = await fitBlend({ parts }, { validation: picks.heldOut })
    const settings = hyperparameters as BlendSettings
    expect(settings.parts[0]!.lastEpoch).toBeGreaterThanOrEqual(1)
    expect(settings.parts[1]!.lastEpoch).toBeUndefined()
    const again = await fitBlend(hyperparameters)
    expect(again.hyperparameters).toEqual(hyperparameters)
    expect(again.epochs).toBe(settings.parts[0]!.lastEpoch)
  })

  test('numbers the epochs of all parts in succession', async () => {
    const seen: EpochReport[] = []
    const twice = [parts[0]!, { model: 'mult-dae', hyperparameters: { epochs: 3, batchSize: 20, latent: 3 } }]
    await fitBlend({ parts: twice }, { onEpoch: (report) => void seen.push(report) })
    expect(seen.map(({ epoch, epochs }) => [epoch, epochs])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
      [5, 7],
      [6, 7],
      [7, 7],
    ])
  })

  test('of rating predictors predicts ratings, with the shares of the best RMSE', async () => {
    const world = lowRankRatings(60, 30, 2)
    const autorec = {
      epochs: 10,
      batchSize: 16,
      learningRate: 0.02,
      hidden: 6,
      regularization: 0.05,
      dropout: 0,
    }
    const fitted = await fitBlend(
      { parts: [{ model: 'i-autorec', hyperparameters: autorec }, 'bias'] },
      { train: world.train, validation: world.heldOut },
    )
    const rmseOf = (shares: readonly number[]) =>
      withScorer(
        'blend',
        { ...fitted, hyperparameters: { ...fitted.hyperparameters, shares } },
        async (scorer) => {
          if (!isRatingPredictor(scorer)) throw new Error('The blend predicts no ratings')
          return summarizeRatings(await evaluateRatings(scorer, world.heldOut)).rmse.mean
        },
      )
    const best = await rmseOf((fitted.hyperparameters as BlendSettings).shares!)
    for (const other of [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ])
      expect(best).toBeLessThanOrEqual(await rmseOf(other))
  })

  test('stops between two parts when it is interrupted', async () => {
    const abort = new AbortController()
    const onEpoch = ({ epoch }: EpochReport) => epoch === 2 && abort.abort(new Error('stopped'))
    await expect(
      fitBlend({ parts }, { signal: abort.signal, onEpoch: (report) => void onEpoch(report) }),
    ).rejects.toThrow('stopped')
  })

  test.each([
    { given: { parts: ['ease', 'blend'] }, message: "cannot have the part 'blend'" },
    { given: { parts: ['ease'] }, message: 'parts' },
    { given: { parts, shares: [1] }, message: 'as many numbers as there are parts' },
    {
      given: { parts: ['popularity', { model: 'ease', hyperparameters: { lambda: 1 } }] },
      message: 'lambda',
    },
  ])('refuses $given before anything is trained', async ({ given, message }) => {
    await expect(fitBlend(given)).rejects.toThrow(message)
  })
})

test('the grid has every vector of shares once', () => {
  expect(simplexGrid(2, 4)).toEqual([
    [0, 1],
    [0.25, 0.75],
    [0.5, 0.5],
    [0.75, 0.25],
    [1, 0],
  ])
  const grid = simplexGrid(3, 10)
  expect(grid).toHaveLength(66)
  expect(new Set(grid.map(String)).size).toBe(66)
  for (const shares of grid) expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
})
