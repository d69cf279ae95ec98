import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { evaluateRanking, summarizeRanking } from '../../src/evaluation/evaluate-ranking.ts'
import { evaluateRatings, summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import type { BlendSettings } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { isRatingPredictor, type Scorer } from '../../src/models/scorer.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { readCheckpoint, writeCheckpoint } from '../../src/training/checkpoint.ts'
import { changeShare, simplexGrid } from '../../src/training/choose-shares.ts'
import { fit } from '../../src/training/fit.ts'
import type { EpochReport, FitOptions, FitState, FittedModel } from '../../src/training/fitted-model.ts'
import { type Matrix, toRows } from '../compute/reference.ts'
import { lowRankPicks, lowRankRatings, matrixOf } from '../models/worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
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

  test('of rating predictors has the shares of the best NDCG@100 where whole users are held out', async () => {
    const world = lowRankRatings(60, 30, 2)
    const heldOut = { ...world.heldOut, users: new Int32Array(world.heldOut.users.length).fill(-1) }
    const fitted = await fitBlend(
      { parts: ['i-autorec', 'bias'], 'parts.0.epochs': 2, 'parts.0.hidden': 6, positiveThreshold: 4 },
      { train: world.train, validation: heldOut },
    )
    expect(fitted.chosenShares!.metric).toBe('ndcg@100')
  })

  test('counts the seconds of parts without epochs', async () => {
    const { epochs, epochSeconds } = await fitBlend({ parts: ['ease', 'popularity'] })
    expect(epochs).toBe(0)
    expect(epochSeconds).toBeGreaterThan(0)
  })

  test('trains parts of the same model from different seeds, the first as it is trained alone', async () => {
    const twice = [parts[0]!, parts[1]!, parts[0]!]
    const { weights } = await fitBlend({ parts: twice })
    const alone = async (seed: number) =>
      (await fit({ model: findModel('mult-vae'), hyperparameters: vae, train: picks.train, seed })).weights
    const name = 'encoder.0.weight'
    expect(weights[`0.${name}`]).toEqual((await alone(4))[name])
    expect(weights[`2.${name}`]).toEqual((await alone(5))[name])
  })

  test('sets hyperparameters of a part by its number', async () => {
    const blend = findModel('blend')
    const resolved = blend.resolve({ parts, 'parts.0.latent': 5, 'parts.1.regularization': 7 }, picks.train)
    expect(resolved).toMatchObject({
      parts: [{ hyperparameters: { hidden: [8], latent: 5 } }, { hyperparameters: { regularization: 7 } }],
    })
    expect(() => blend.resolve({ parts, 'parts.2.latent': 5 }, picks.train)).toThrow('parts.2.latent')
  })

  test('a part that gives all items the same score has no effect on their order', async () => {
    const empty = matrixOf(1, picks.train.columns, () => undefined)
    const order = (scores: Float32Array) => [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!)
    const scoresOf = (name: string, fitted: FittedModel) =>
      withScorer(name, fitted, async (scorer) => order(await scorer.score(empty)))
    const [deep] = parts
    const alone = await fit({
      model: findModel('mult-vae'),
      hyperparameters: deep!.hyperparameters,
      train: picks.train,
      seed: 4,
    })
    expect(await scoresOf('blend', await fitBlend({ parts, shares: [0.4, 0.6] }))).toEqual(
      await scoresOf('mult-vae', alone),
    )
  })

  test('tells how much the metric depends on each share', async () => {
    const { chosenShares, ...fitted } = await fitBlend({ parts }, { validation: picks.heldOut })
    const { shares } = fitted.hyperparameters as BlendSettings
    const { metric, value, parts: chosen } = chosenShares!
    expect([metric, chosen.map(({ share }) => share)]).toEqual(['ndcg@100', shares])
    const ndcgWith = (share: number) =>
      share < -1e-9 || share > 1 + 1e-9
        ? null
        : withScorer(
            'blend',
            { ...fitted, hyperparameters: { ...fitted.hyperparameters, shares: [share, 1 - share] } },
            async (scorer) => {
              const ranking = await evaluateRanking(scorer, picks.heldOut, ['ndcg@100'], {
                positiveThreshold: 1,
              })
              return summarizeRanking(ranking)['ndcg@100']!.mean
            },
          )
    const close = (metric: number | null) => (metric === null ? null : expect.closeTo(metric, 6))
    const [less, more] = [await ndcgWith(shares![0]! - 0.1), await ndcgWith(shares![0]! + 0.1)]
    expect(value).toEqual(close((await ndcgWith(shares![0]!))!))
    expect(chosen[0]).toMatchObject({ less: close(less), more: close(more) })
    expect(chosen[1]).toMatchObject({ less: close(more), more: close(less) })
  })

  test.each([1, 3, 4, 5, 7])(
    'that is interrupted after %i epochs continues from its checkpoint, with the same result',
    async (count) => {
      const store = createFileArtifactStore(await mkdtemp(join(tmpdir(), 'blend-')))
      const three = [parts[0]!, parts[1]!, { ...parts[0]!, hyperparameters: { ...vae, latent: 2 } }]
      const options = { hyperparameters: { parts: three }, validation: picks.heldOut }
      const whole = await fitBlend(options.hyperparameters, options)
      const abort = new AbortController()
      const epochs: number[] = []
      const onEpoch = ({ epoch }: EpochReport) => {
        epochs.push(epoch)
        if (epoch === count) abort.abort(new Error('stopped'))
      }
      const onState = (state: FitState) => writeCheckpoint(store, 'checkpoint', state)
      const interrupted = { ...options, signal: abort.signal, onEpoch, onState }
      await expect(fitBlend(options.hyperparameters, interrupted)).rejects.toThrow('stopped')
      const from = await readCheckpoint(store, 'checkpoint')
      const resumed = await fitBlend(options.hyperparameters, { ...options, onEpoch, from })
      expect(epochs).toEqual(whole.history.map(({ epoch }) => epoch))
      const withoutTimes = ({ history, epochSeconds: _, ...rest }: FittedModel) => ({
        ...rest,
        history: history.map(({ seconds: _, epochs: _e, ...epoch }) => epoch),
      })
      expect(withoutTimes(resumed)).toEqual(withoutTimes(whole))
    },
  )

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

test.each([
  { shares: [0.7, 0.3], part: 0, change: 0.1, changed: [0.8, 0.2] },
  { shares: [0.5, 0.3, 0.2], part: 1, change: -0.1, changed: [4 / 7, 0.2, 1.6 / 7] },
  { shares: [1, 0, 0], part: 0, change: -0.1, changed: [0.9, 0.05, 0.05] },
  { shares: [1, 0, 0], part: 1, change: 0.1, changed: [0.9, 0.1, 0] },
])('$shares with share $part changed by $change are $changed', ({ shares, part, change, changed }) => {
  expect(changeShare(shares, part, change)).toEqual(changed.map((share) => expect.closeTo(share, 9)))
})

test('a share cannot leave the range from 0 to 1', () => {
  expect(changeShare([0.05, 0.95], 0, -0.1)).toBeNull()
  expect(changeShare([0.05, 0.95], 1, 0.1)).toBeNull()
})
