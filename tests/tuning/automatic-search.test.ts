import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { itemKnn } from '../../src/models/item-knn.ts'
import { models } from '../../src/models/models.ts'
import { multDae } from '../../src/models/mult-dae.ts'
import { popularity } from '../../src/models/popularity.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { hashHoldout } from '../../src/splits/random-holdout.ts'
import { fit } from '../../src/training/fit.ts'
import { isBetter, validate } from '../../src/training/validate.ts'
import {
  type AutomaticSearchOptions,
  explainFound,
  rememberedChoice,
  searchAutomatically,
} from '../../src/tuning/automatic-search.ts'
import { createPostgresStudies } from '../../src/tuning/postgres-studies.ts'
import { searchSpaceOf } from '../../src/tuning/search-space.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { world } from '../splits/world.ts'

const studies = createPostgresStudies(await createTestDatabase())
const home = await mkdtemp(join(tmpdir(), 'palate-search-'))
const split = hashHoldout(world)

beforeAll(async () => {
  await useBackend('wasm')
})

const options: AutomaticSearchOptions = {
  model: itemKnn,
  hyperparameters: {},
  split,
  positiveThreshold: 3,
  seed: 1,
  dataFingerprint: 'f',
  budget: { seconds: 600, trials: 6 },
  studies,
  store: createFileArtifactStore(home),
}

test.each(models.filter(({ mainHyperparameters }) => mainHyperparameters.length > 0))(
  'every main hyperparameter of $name has a range',
  (model) => {
    const searched = searchSpaceOf(model).map(({ name }) => name)
    expect(model.mainHyperparameters.filter((name) => !searched.includes(name))).toEqual([])
  },
)

describe('an automatic search', () => {
  test('starts with the defaults, is never worse than these, and is remembered', async () => {
    const found = (await searchAutomatically(options))!
    const trials = await studies.trials(found.studyId)
    const defaults = { ...itemKnn.resolve({ positiveThreshold: 3 }, split.train) }
    expect(trials).toHaveLength(6)
    expect(trials[0]!.hyperparameters).toEqual({
      shrinkage: defaults.shrinkage,
      neighbors: defaults.neighbors,
    })
    expect(found.bestValue).toBeGreaterThanOrEqual(found.defaultValue!)
    // an independent training with the result has the value that is reported
    const fitted = await fit({
      model: itemKnn,
      hyperparameters: { positiveThreshold: 3, ...found.hyperparameters },
      train: split.train,
      seed: 1,
    })
    const scorer = itemKnn.open(fitted.weights, fitted.hyperparameters)
    expect((await validate(scorer, split.validation, 3)).value).toBeCloseTo(found.bestValue, 6)
    scorer.dispose()
    const remembered = await rememberedChoice(studies, itemKnn)
    expect(remembered).toMatchObject({ studyId: found.studyId, hyperparameters: found.hyperparameters })
    expect(explainFound(found)).toMatch(/trials/)
  })

  test('leaves what is set alone, and remembers nothing of it', async () => {
    const found = (await searchAutomatically({ ...options, hyperparameters: { neighbors: 3 } }))!
    expect(Object.keys(found.hyperparameters)).not.toContain('neighbors')
    expect(
      (await studies.trials(found.studyId)).map(({ hyperparameters }) => Object.keys(hyperparameters)),
    ).toEqual(Array.from({ length: 6 }, () => ['shrinkage']))
    expect(await searchAutomatically({ ...options, hyperparameters: { neighbors: 3, shrinkage: 1 } })).toBe(
      undefined,
    )
  })

  test('is undefined for a model without hyperparameters to search', async () => {
    expect(await searchAutomatically({ ...options, model: popularity })).toBeUndefined()
    expect(await rememberedChoice(studies, popularity)).toBeUndefined()
  })

  const small = { hidden: [], latent: 4, batchSize: 100, epochs: 3 }
  const trained = { ...options, model: multDae, hyperparameters: small, budget: { seconds: 600, trials: 3 } }

  test('trains the defaults for all epochs, and leaves no weights behind', async () => {
    const found = (await searchAutomatically(trained))!
    const trials = await studies.trials(found.studyId)
    expect(trials[0]!.results.at(-1)!.epochs).toBe(3)
    const best = trials.map(({ results }) => results.at(-1)!.validation)
    expect(
      best.every(
        (validation) =>
          !isBetter(validation, { ...validation, value: found.bestValue }) ||
          validation.value === found.bestValue,
      ),
    ).toBe(true)
    expect(existsSync(join(home, 'tuning', found.studyId))).toBe(false)
  })

  test('ends with the budget, with the best so far or nothing', async () => {
    const found = await searchAutomatically({ ...trained, budget: { seconds: 0.001, trials: 6 } })
    expect(found).toBeUndefined()
  })

  test('that is interrupted records no choice; that of a run resumes, and is not repeated once it has ended', async () => {
    const abort = new AbortController()
    const run = { ...trained, variant: 'run 1 mult-dae' }
    const interrupted = searchAutomatically({
      ...run,
      signal: abort.signal,
      onResult: (trials) => {
        if (trials.length === 2) abort.abort(new Error('Ctrl-C'))
      },
    })
    await expect(interrupted).rejects.toThrow('Ctrl-C')
    const found = (await searchAutomatically(run))!
    const whole = (await searchAutomatically({ ...run, variant: 'run 2 mult-dae' }))!
    expect(found.studyId).not.toBe(whole.studyId)
    expect({ ...found, studyId: '' }).toEqual({ ...whole, studyId: '' })
    const again = await searchAutomatically({ ...run, budget: { seconds: 0.001, trials: 60 } })
    expect(again).toEqual(found)
  })

  test('of two at once has a study each', async () => {
    const [first, second] = await Promise.all([searchAutomatically(options), searchAutomatically(options)])
    expect(first!.studyId).not.toBe(second!.studyId)
    expect({ ...first, studyId: '' }).toEqual({ ...second, studyId: '' })
  })
})
