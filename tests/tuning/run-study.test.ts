import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { findModel } from '../../src/models/models.ts'
import { hashHoldout } from '../../src/splits/random-holdout.ts'
import { fit } from '../../src/training/fit.ts'
import type { FitState } from '../../src/training/fitted-model.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import { runRung } from '../../src/tuning/run-rung.ts'
import { type RungTask, runStudy, type StudyRun } from '../../src/tuning/run-study.ts'
import { bestTrial, type RungResult } from '../../src/tuning/study.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { world } from '../splits/world.ts'
import { sampleSettings } from './sample-settings.ts'

const studies = createPostgresStudies(await createTestDatabase())

const settings = sampleSettings

/** Trials with a learning rate near 0.001 have the best results. */
async function showByRate({ hyperparameters, rung }: Pick<RungTask, 'hyperparameters' | 'rung'>) {
  const value = 1 - Math.abs(Math.log10(hyperparameters.learningRate as number) + 3)
  const epochs = settings.rungs[rung]!
  return {
    epochs,
    bestEpoch: 1,
    validation: { metric: 'ndcg@100', value },
    ended: false,
    seconds: 1,
  } as const
}

async function run(options: Partial<StudyRun>, studyId?: string) {
  const id = studyId ?? (await studies.create(settings))
  const signal = new AbortController().signal
  const common = { studyId: id, settings, studies, trials: 20, parallel: 1, signal, run: showByRate }
  return { id, trials: await runStudy({ ...common, ...options }) }
}

const figures = ({ trials }: Awaited<ReturnType<typeof run>>) =>
  trials.map(({ hyperparameters, rung, results }) => ({ hyperparameters, rung, results }))

describe('a study', () => {
  test('starts all its trials, trains the best for all epochs and finds better ones than its first', async () => {
    const { trials } = await run({})
    expect(trials).toHaveLength(20)
    expect(trials.every(({ rung, results }) => results.length === rung + 1)).toBe(true)
    const best = bestTrial(trials)!
    expect(best.rung).toBe(2)
    expect(best.results[0]!.validation.value).toBe(
      Math.max(...trials.map(({ results }) => results[0]!.validation.value)),
    )
    expect(best.trial).toBeGreaterThanOrEqual(8)
  })

  test('resumes after any interruption with the trials of an uninterrupted one', async () => {
    const whole = await run({})
    let { id, trials } = await run({ trials: 0 })
    for (
      let calls = 0;
      trials.length < 20 || trials.some(({ rung, results }) => results.length <= rung);
      calls++
    ) {
      expect(calls).toBeLessThan(100)
      const abort = new AbortController()
      let left = 3
      const dying = async (task: RungTask): Promise<RungResult> => {
        if (--left > 0) return showByRate(task)
        abort.abort()
        throw new Error('the process ends in the middle of a trial')
      }
      trials = (await run({ signal: abort.signal, run: dying }, id)).trials
    }
    expect(figures(await run({}, id))).toEqual(figures(whole))
  })

  test('records a failed trial and continues without it', async () => {
    const failing = async (task: RungTask) => {
      if (task.trial % 2 === 1) throw new Error(`trial ${task.trial} diverged`)
      return showByRate(task)
    }
    const { trials } = await run({ run: failing })
    expect(trials.filter(({ error }) => error !== null)).toHaveLength(10)
    expect(trials[3]).toMatchObject({ error: 'trial 3 diverged', results: [] })
    expect(bestTrial(trials)!.trial % 2).toBe(0)
  })

  test('ends with the reason if all trials fail', async () => {
    const failing = async () => {
      throw new Error('no memory')
    }
    await expect(run({ run: failing })).rejects.toThrow(
      'The first 5 trials failed, the first because: no memory',
    )
  })

  test('trains as many trials concurrently as allowed, and each rung of each trial once', async () => {
    const seen = new Set<string>()
    let begun = 0
    let release = () => {}
    const four = new Promise<void>((resolve) => {
      release = resolve
    })
    const { trials } = await run({
      parallel: 4,
      run: async (task) => {
        const name = `${task.trial} to ${task.rung}`
        expect(seen).not.toContain(name)
        seen.add(name)
        if (++begun === 4) release()
        await four
        return showByRate(task)
      },
    })
    expect(trials).toHaveLength(20)
    expect(seen.size).toBe(trials.reduce((sum, { results }) => sum + results.length, 0))
  })

  test('does not train a trial further that stopped early', async () => {
    const trained: RungTask[] = []
    const { trials } = await run({
      run: async (task) => {
        trained.push(task)
        return { ...(await showByRate(task)), ended: true }
      },
    })
    expect(trained.every(({ rung }) => rung === 0)).toBe(true)
    expect(bestTrial(trials)!.rung).toBe(2)
  })

  test('is found by its settings, in any order of the fixed ones', async () => {
    const fixed = { latent: 7, hidden: [] }
    const id = await studies.create({ ...settings, fixed })
    expect(await studies.find({ ...settings, fixed: { hidden: [], latent: 7 } })).toBe(id)
    expect(await studies.find({ ...settings, fixed: { latent: 8 } })).toBeUndefined()
    expect(await studies.find({ ...settings, fixed, seed: 5 })).toBeUndefined()
  })
})

describe('a rung', () => {
  const split = hashHoldout(world)
  const common = { split, positiveThreshold: 3, seed: 5 }
  const small = { hidden: 4, epochs: 6, batchSize: 100, learningRate: 0.05, learningRateDecay: 'cosine' }

  beforeAll(async () => {
    await useBackend('wasm')
  })

  test('reports the best epoch so far, with the schedules of all epochs', async () => {
    const model = findModel('u-autorec')
    const { history } = await fit({
      model,
      hyperparameters: { ...small, positiveThreshold: 3 },
      train: split.train,
      validation: split.validation,
      seed: 5,
    })
    const values = history.slice(0, 3).map(({ validation }) => validation!.value)
    const result = await runRung({ ...common, model, hyperparameters: small, epochs: 3 })
    expect(result).toMatchObject({
      epochs: 3,
      bestEpoch: values.indexOf(Math.min(...values)) + 1,
      validation: { metric: 'rmse', value: Math.min(...values) },
      ended: false,
    })
  })

  test('resumes from the previous one with the same result as from the start', async () => {
    const options = { ...common, model: findModel('u-autorec'), hyperparameters: small }
    let state: FitState | undefined
    const onEnd = async (left: FitState) => {
      state = left
    }
    await runRung({ ...options, epochs: 2, onEnd })
    expect(state).toMatchObject({ training: { epoch: 2 } })
    const { seconds: _, ...continued } = await runRung({ ...options, epochs: 5, from: state })
    expect(await runRung({ ...options, epochs: 5 })).toMatchObject(continued)
  })

  test('of a model without epochs is evaluated on the validation part', async () => {
    const model = findModel('ease')
    const result = await runRung({ ...common, model, hyperparameters: { regularization: 5 }, epochs: 0 })
    expect(result).toMatchObject({ epochs: 0, validation: { metric: 'ndcg@100' }, ended: true })
    expect(result.validation.value).toBeGreaterThan(0)
  })
})
