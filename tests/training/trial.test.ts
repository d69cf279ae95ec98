import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { evaluate } from '../../src/evaluation/evaluate.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import { findModel } from '../../src/models/models.ts'
import { hashHoldout } from '../../src/splits/random-holdout.ts'
import type { HeldOut } from '../../src/splits/split.ts'
import { hashStrongGeneralization } from '../../src/splits/strong-generalization.ts'
import { withValidation } from '../../src/splits/with-validation.ts'
import { fit } from '../../src/training/fit.ts'
import type { FitOptions, FittedModel } from '../../src/training/fitted-model.ts'
import { runTrial, type TrialStage } from '../../src/training/trial.ts'
import { world } from '../splits/world.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const uAutoRec = findModel('u-autorec')
const small = {
  hidden: 4,
  epochs: 6,
  patience: 2,
  batchSize: 100,
  learningRate: 0.05,
  learningRateDecay: 'cosine',
}
const metrics: Metric[] = ['rmse', 'ndcg@10']
const common = { hyperparameters: small, metrics, positiveThreshold: 3, seed: 5 }

async function judgeFit(model: typeof uAutoRec, fitted: FittedModel, test: HeldOut, wanted = metrics) {
  const scorer = model.open(fitted.weights, fitted.hyperparameters)
  return evaluate(scorer, test, wanted, { positiveThreshold: 3 })
}

describe('runTrial', () => {
  test('retrains on training and validation ratings for the chosen epochs if ratings are held out', async () => {
    const split = hashHoldout(world)
    const final = withValidation(split)
    const hyperparameters = { ...small, positiveThreshold: 3 }
    const tuned = await fit({
      model: uAutoRec,
      hyperparameters,
      train: split.train,
      validation: split.validation,
      seed: 5,
    })
    const lastEpoch = tuned.bestEpoch
    const chosen = tuned.hyperparameters
    const again = { hyperparameters: chosen, train: final.train, lastEpoch, seed: 5 }
    const refitted = await fit({ model: uAutoRec, ...again })

    const stages: TrialStage[] = []
    const trial = await runTrial({
      ...common,
      model: uAutoRec,
      split,
      onEpoch: (_, stage) => stages.push(stage),
    })
    expect(trial.metrics).toEqual((await judgeFit(uAutoRec, refitted, final.test)).metrics)
    expect(trial.epochs).toBe(tuned.bestEpoch)
    expect(trial.validation).toEqual(tuned.history[tuned.bestEpoch - 1]!.validation)
    expect(trial.hyperparameters).toEqual(chosen)
    expect(stages).toEqual([...tuned.history.map(() => 'tune'), ...refitted.history.map(() => 'refit')])
  })

  test('trains once if whole users are held out', async () => {
    const split = hashStrongGeneralization(world, 3)
    const hyperparameters = { ...small, positiveThreshold: 3 }
    const { train, validation } = split
    const tuned = await fit({ model: uAutoRec, hyperparameters, train, validation, seed: 5 })
    const stages = new Set<TrialStage>()
    const trial = await runTrial({
      ...common,
      model: uAutoRec,
      split,
      onEpoch: (_, stage) => stages.add(stage),
    })
    expect(trial.metrics).toEqual((await judgeFit(uAutoRec, tuned, split.test)).metrics)
    expect([...stages]).toEqual(['tune'])
    expect(trial.validation).toEqual(tuned.history[tuned.bestEpoch - 1]!.validation)
  })

  test('trains a model without epochs on all but the test ratings, and leaves out metrics that it does not support', async () => {
    const popularity = findModel('popularity')
    const split = hashHoldout(world)
    const { train, test } = withValidation(split)
    const trial = await runTrial({ ...common, hyperparameters: {}, model: popularity, split })
    const hyperparameters = { positiveThreshold: 3 }
    const computed = await fit({ model: popularity, hyperparameters, train, seed: 5 })
    expect(trial.metrics).toEqual((await judgeFit(popularity, computed, test, ['ndcg@10'])).metrics)
    expect(trial.epochs).toBe(0)
    expect(trial.validation).toBeUndefined()
  })

  test.each([
    ['ratings', hashHoldout(world)],
    ['users', hashStrongGeneralization(world, 3)],
  ])('gives nothing once it is interrupted where %s are held out', async (_kind, split) => {
    const abort = new AbortController()
    const trial = runTrial({
      ...common,
      model: uAutoRec,
      split,
      signal: abort.signal,
      onEpoch: ({ epoch }) => epoch === 2 && abort.abort(new Error('stopped')),
    })
    await expect(trial).rejects.toThrow('stopped')
  })
})

describe('fit', () => {
  test('keeps the schedules of all epochs when it ends after an earlier one', async () => {
    const lossesOf = async (options: Pick<FitOptions, 'lastEpoch'>, epochs: number) => {
      const hyperparameters = { ...small, epochs }
      const { history, interrupted } = await fit({
        model: uAutoRec,
        hyperparameters,
        train: world.matrix,
        seed: 5,
        ...options,
      })
      expect(interrupted).toBe(false)
      return history.map(({ loss }) => loss)
    }
    const whole = await lossesOf({}, 6)
    expect(await lossesOf({ lastEpoch: 3 }, 6)).toEqual(whole.slice(0, 3))
    expect(await lossesOf({}, 3)).not.toEqual(whole.slice(0, 3))
  })
})
