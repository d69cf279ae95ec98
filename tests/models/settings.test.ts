import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { findModel } from '../../src/models/models.ts'
import { settingsOf } from '../../src/models/settings.ts'
import { fit } from '../../src/training/fit.ts'
import { lowRankRatings } from './worlds.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const { train, heldOut: validation } = lowRankRatings(40, 30, 1)
const given = { epochs: 2, batchSize: 16, hidden: 4, regularization: 2 }

test('the settings of a version are what its training was given, with the defaults', async () => {
  const model = findModel('u-autorec')
  const { hyperparameters } = await fit({ model, hyperparameters: given, train, validation, seed: 1 })
  expect(hyperparameters).toMatchObject({ unobservedWeight: expect.any(Number) })
  const settings = settingsOf(model, { ...hyperparameters })
  expect(settings).toMatchObject({ ...given, dropout: 0.5 })
  expect(Object.keys(settings)).not.toEqual(expect.arrayContaining(['positiveThreshold']))
  expect(model.resolve(settings, train)).toEqual(model.resolve(given, train))
})

test('those of a blend leave the epochs of its parts and their shares open', async () => {
  const model = findModel('blend')
  const parts = [{ model: 'u-autorec', hyperparameters: given }, 'popularity']
  const { hyperparameters } = await fit({ model, hyperparameters: { parts }, train, validation, seed: 1 })
  expect(hyperparameters).toMatchObject({
    shares: expect.anything(),
    parts: [{ lastEpoch: expect.any(Number) }, {}],
  })
  const settings = settingsOf(model, { ...hyperparameters })
  expect(settings).toMatchObject({ parts: [{ hyperparameters: given }, { hyperparameters: {} }] })
  expect(JSON.stringify(settings)).not.toMatch(/positiveThreshold|unobservedWeight|lastEpoch|shares/)
})
