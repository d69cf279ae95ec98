import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { findModel } from '../../src/models/models.ts'
import type { Weights } from '../../src/models/weights.ts'
import { fit as fitModel } from '../../src/training/fit.ts'
import type { EpochReport, FitOptions, FitState, FittedModel } from '../../src/training/fitted-model.ts'
import { DivergedError } from '../../src/training/train.ts'
import { smallHyperparameters } from '../models/small-hyperparameters.ts'
import { lowRankPicks, lowRankRatings, matrixOf } from '../models/worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const { train, heldOut } = lowRankRatings(60, 30, 2)

describe('fitting', () => {
  test('validates rating models by RMSE and others by NDCG, and reports every epoch', async () => {
    const seen: EpochReport[] = []
    const fitted = await run({ epochs: 3 }, { onEpoch: (report: EpochReport) => void seen.push(report) })
    expect(fitted.history).toEqual(seen)
    expect(seen.map(({ epoch, epochs, validation }) => [epoch, epochs, validation?.metric])).toEqual([
      [1, 3, 'rmse'],
      [2, 3, 'rmse'],
      [3, 3, 'rmse'],
    ])
    const picks = lowRankPicks(40, 20, 8, 1)
    const ranking = await fitModel({
      model: findModel('mult-vae'),
      hyperparameters: { ...smallHyperparameters['mult-vae'], epochs: 1 },
      train: picks.train,
      validation: picks.heldOut,
      seed: 1,
    })
    expect(ranking.history[0]?.validation?.metric).toBe('ndcg@100')
  })

  test('keeps the weights of the best epoch and stops when there is no better one', async () => {
    // overfits early: no regularization, large steps
    const overfitting = {
      epochs: 200,
      patience: 3,
      regularization: 0,
      learningRate: 0.05,
      learningRateDecay: 'none',
    }
    const reports: EpochReport[] = []
    const fitted = await run(overfitting, { onEpoch: (report: EpochReport) => void reports.push(report) })
    const values = fitted.history.map(({ validation }) => validation!.value)
    expect(fitted.bestEpoch).toBe(values.indexOf(Math.min(...values)) + 1)
    expect(fitted.epochs).toBe(fitted.bestEpoch + 3)
    expect(fitted.interrupted).toBe(false)
    expect(reports.at(-1)!.stoppedEarly).toEqual({ bestEpoch: fitted.bestEpoch })
    expect(reports.slice(0, -1).some(({ stoppedEarly }) => stoppedEarly)).toBe(false)
    const again = await run({ ...overfitting, epochs: fitted.bestEpoch }, { validation: undefined })
    expect(again.weights).toEqual(fitted.weights)
  })

  test('without validation runs all epochs and keeps the last', async () => {
    const reports: EpochReport[] = []
    const onEpoch = (report: EpochReport) => void reports.push(report)
    const fitted = await run({ epochs: 4, patience: 1 }, { validation: undefined, onEpoch })
    expect([fitted.epochs, fitted.bestEpoch]).toEqual([4, 4])
    expect(reports.map(({ stoppedEarly }) => stoppedEarly)).toEqual(Array(4).fill(undefined))
    expect(fitted.history.every(({ validation }) => validation === undefined)).toBe(true)
  })

  test('returns the best weights so far when it is interrupted, marked as interrupted', async () => {
    const abort = new AbortController()
    const fitted = await run(
      { epochs: 50 },
      {
        signal: abort.signal,
        onEpoch: ({ epoch }: EpochReport) => (epoch === 2 ? abort.abort() : undefined),
      },
    )
    expect(fitted.epochs).toBe(2)
    expect(fitted.interrupted).toBe(true)
    expect(
      await findModel('u-autorec')
        .open(fitted.weights, fitted.hyperparameters as never)
        .score(train),
    ).toHaveLength(60 * 30)
  })

  test('resumes from the state after any epoch with the same result, best weights included', async () => {
    // overfits, so that the best epoch is not the last
    const overfitting = {
      epochs: 200,
      patience: 4,
      regularization: 0,
      learningRate: 0.05,
      learningRateDecay: 'none',
    }
    const states: FitState[] = []
    const whole = await run(overfitting, { onState: async (state: FitState) => void states.push(state) })
    expect(whole.bestEpoch).toBe(whole.epochs - 4)
    for (const from of [states[0], states[whole.bestEpoch + 1], states.at(-1)]) {
      const { weights, bestEpoch, epochs } = await run(overfitting, { from })
      expect({ weights, bestEpoch, epochs }).toEqual({
        weights: whole.weights,
        bestEpoch: whole.bestEpoch,
        epochs: whole.epochs,
      })
    }
  })

  test('starts from other weights if it is given any', async () => {
    const first = await run({ epochs: 1, learningRate: 1e-9 }, { validation: undefined })
    const second = await run(
      { epochs: 1, learningRate: 1e-9 },
      {
        validation: undefined,
        initialize: (initial: Weights) => ({
          ...initial,
          V: { ...initial.V, values: initial.V!.values.map((v) => -v) },
        }),
      },
    )
    expect(second.weights.V!.values[0]).toBeCloseTo(-first.weights.V!.values[0]!, 6)
    expect(second.weights.W!.values[0]).toBeCloseTo(first.weights.W!.values[0]!, 6)
  })

  test('has no result when it is interrupted before its first epoch', async () => {
    await expect(run({}, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  test('stops with an error when training diverges', async () => {
    // the square of an error of 1e30 is no 32-bit float
    const initialize = (weights: Weights) =>
      Object.fromEntries(
        Object.entries(weights).map(([name, weight]) => [
          name,
          { ...weight, values: weight.values.map(() => 1e30) },
        ]),
      )
    await expect(run({}, { initialize, validation: undefined })).rejects.toThrow(DivergedError)
  })

  test.each(['u-autorec', 'popularity'])('refuses data without ratings: %s', async (name) => {
    const nothing = matrixOf(3, 4, () => undefined)
    await expect(fitModel({ model: findModel(name), train: nothing, seed: 1 })).rejects.toThrow(
      'no rating of 3 users and 4 items',
    )
  })

  test('solves a direct model without epochs', async () => {
    const fitted = await fitModel({ model: findModel('bias'), train, seed: 1 })
    expect(fitted).toMatchObject({ epochs: 0, bestEpoch: 0, interrupted: false, history: [] })
    expect(fitted.hyperparameters).toEqual({ userRegularization: 5, itemRegularization: 3 })
  })
})

function run(
  hyperparameters: object,
  options: Partial<Record<keyof FitOptions, unknown>> = {},
): Promise<FittedModel> {
  return fitModel({
    model: findModel('u-autorec'),
    hyperparameters: { ...smallHyperparameters['u-autorec'], ...hyperparameters },
    train,
    validation: heldOut,
    seed: 1,
    ...options,
  } as FitOptions)
}

test('a VAE with a large β reports that its posterior has collapsed', async () => {
  const { train, heldOut } = lowRankPicks(60, 30, 10, 1)
  const hyperparameters = { hidden: [], latent: 12, epochs: 30, learningRate: 0.02, annealingFraction: 0 }
  const latentOf = async (maxBeta: number) => {
    const model = findModel('mult-vae')
    const fitted = await fitModel({
      model,
      hyperparameters: { ...hyperparameters, maxBeta },
      train,
      validation: heldOut,
      seed: 1,
    })
    return fitted.history.map(({ validation }) => validation!.latent!)
  }
  const [light, heavy] = [(await latentOf(0.01)).at(-1)!, (await latentOf(100)).at(-1)!]
  expect(light).toMatchObject({ units: 12, hasCollapsed: false })
  expect(heavy).toMatchObject({ activeUnits: 0, hasCollapsed: true })
  expect(heavy.kl).toBeLessThan(light.kl)
})

test('no collapse is reported in the first tenth of the epochs, nor before half of the annealing is over', async () => {
  // all users are equal, so that no unit is ever active
  const alike = matrixOf(20, 6, (_user, item) => (item < 4 ? 5 : undefined))
  const targets = matrixOf(20, 6, (_user, item) => (item === 4 ? 5 : undefined))
  const firstTold = async (annealingFraction: number) => {
    const { history } = await fitModel({
      model: findModel('mult-vae'),
      hyperparameters: { hidden: [], latent: 12, epochs: 20, patience: 20, annealingFraction },
      train: alike,
      validation: { users: new Int32Array(20).fill(-1), histories: alike, targets },
      seed: 1,
    })
    return history.find(({ validation }) => validation!.latent!.hasCollapsed)?.epoch
  }
  expect(await firstTold(0)).toBe(2)
  expect(await firstTold(0.5)).toBe(5)
})

test('training continues while β grows, even without improvement', async () => {
  const { train, heldOut } = lowRankPicks(60, 30, 10, 1)
  const epochsOf = async (annealingFraction: number) => {
    const { epochs, bestEpoch } = await fitModel({
      model: findModel('mult-vae'),
      // overfits at once
      hyperparameters: {
        hidden: [24],
        latent: 12,
        epochs: 20,
        patience: 1,
        learningRate: 0.2,
        annealingFraction,
      },
      train,
      validation: heldOut,
      seed: 1,
    })
    return { epochs, bestEpoch }
  }
  expect((await epochsOf(0)).epochs).toBeLessThan(12)
  const { epochs, bestEpoch } = await epochsOf(0.6)
  expect(epochs).toBe(Math.max(12, bestEpoch) + 1)
})
