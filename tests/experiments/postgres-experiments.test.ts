import { describe, expect, test } from 'vitest'
import { ExperimentConflictError, UnknownExperimentError } from '../../src/experiments/experiment.ts'
import { createPostgresExperiments } from '../../src/experiments/postgres-experiments.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { sampleDefinition } from './sample-definition.ts'

const experiments = createPostgresExperiments(await createTestDatabase())
const create = (name: string, change: object = {}) =>
  experiments.create(sampleDefinition({ name, surface: name, ...change }))

describe('experiments in Postgres', () => {
  test('come back as they were defined, as drafts', async () => {
    const definition = sampleDefinition({ name: 'kept', testers: { 'ada/"ä"': 'treatment' } })
    await experiments.create(definition)
    expect(await experiments.find('kept')).toMatchObject({
      definition,
      status: 'draft',
      startedAt: null,
      weights: [],
    })
  })

  test('have one name each', async () => {
    await create('twice')
    await expect(create('twice')).rejects.toThrow(ExperimentConflictError)
  })

  test('that do not exist are unknown', async () => {
    for (const act of [experiments.find, experiments.start, experiments.stop])
      await expect(act('missing')).rejects.toThrow(UnknownExperimentError)
  })

  test('start once, stop once, and are never started again', async () => {
    await create('walked')
    await expect(experiments.stop('walked')).rejects.toThrow('"walked" is not running but draft')
    const started = await experiments.start('walked')
    expect(started).toMatchObject({ status: 'running', stoppedAt: null })
    expect(started.weights).toMatchObject([{ weights: { control: 1, treatment: 1 } }])
    await expect(experiments.start('walked')).rejects.toThrow('already running')
    expect((await experiments.stop('walked')).stoppedAt).toBeInstanceOf(Date)
    await expect(experiments.start('walked')).rejects.toThrow('was stopped')
    expect((await experiments.running()).map(({ definition }) => definition.name)).not.toContain('walked')
  })

  test('of one layer start only where their segments lie apart, also when both start at once', async () => {
    await create('left', { surface: 'home', layer: 'home', segment: { from: 0, to: 0.6 } })
    await create('right', { surface: 'home', layer: 'home', segment: { from: 0.5, to: 1 } })
    await create('rest', { surface: 'home', layer: 'home', segment: { from: 0.6, to: 0.7 } })
    const both = await Promise.allSettled([experiments.start('left'), experiments.start('right')])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = both[0].status === 'rejected' ? 'left' : 'right'
    if (lost === 'right') await experiments.start('rest')
    await expect(experiments.start(lost)).rejects.toThrow('running in the same layer')
  })

  test('keep every change of weights with its time', async () => {
    await create('reweighed')
    await experiments.start('reweighed')
    const changed = await experiments.reweigh('reweighed', { control: 1, treatment: 3 })
    expect(changed.definition.variants.map(({ weight }) => weight)).toEqual([1, 3])
    expect(changed.weights.map(({ weights }) => weights)).toEqual([
      { control: 1, treatment: 1 },
      { control: 1, treatment: 3 },
    ])
    await expect(experiments.reweigh('reweighed', { control: 1 })).rejects.toThrow(
      'A weight is needed for each of control, treatment',
    )
  })
})
