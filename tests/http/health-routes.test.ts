import { expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { LiveChampions } from '../../src/recommender/live-champions.ts'
import { openProjection, projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { createTestApp } from './test-app.ts'

const { app, champions, train, registry, database, log, ...parts } = await createTestApp()
const status = async (path: string) => (await app.request(path)).status

test('live from the start, ready only with a champion', async () => {
  expect(await status('/health/live')).toBe(200)
  expect(await status('/health/ready')).toBe(503)
  await champions.refresh()
  expect(await status('/health/ready')).toBe(503)
  await train()
  expect(await status('/health/ready')).toBe(200)
})

test('readiness tells that a baseline is better than every champion', async () => {
  const body = async () => (await app.request('/health/ready')).json()
  const models = [{ name: 'projection', version: 1, status: 'loaded' }]
  expect(await body()).toEqual({ status: 'ready', models })
  await registry.warn('ease is better')
  await champions.refresh()
  expect(await body()).toEqual({ status: 'ready', models, warning: 'ease is better' })
  await registry.warn(null)
})

test('GET /models has the serving version of each champion', async () => {
  await train(0.5)
  const response = await app.request('/models')
  const { models } = (await response.json()) as { models: unknown }
  expect(models).toEqual([
    {
      name: 'projection',
      version: 2,
      isDefault: true,
      warning: null,
      promotedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      serving: {
        version: 2,
        items: 4,
        embeddingSize: 2,
        trainedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        ratings: 10,
        hyperparameters: { tilt: 0.5 },
        metrics: { 'ndcg@100': { mean: 0.5, standardError: 0.1 } },
        refitOf: null,
        newItemAttributes: [],
        retrieval: null,
      },
    },
  ])
})

test('while a model is loaded, the service is not ready and says which models are', async () => {
  const { version } = await registry.publish({ ...projectionArtifact(), model: 'slow' }, provenance)
  await registry.promote({ model: 'slow', version }, { by: 'a test', reason: 'to wait for' })
  const openFast = localInference(openProjection)
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const starting = new LiveChampions({
    registry,
    log,
    open: async (artifact) => {
      if (artifact.model === 'slow') await released
      return openFast({ ...artifact, model: 'projection' })
    },
  })
  const pingDatabase = () => database.sql`select 1`
  const startingApp = createApp({ ...parts, registry, log, pingDatabase, champions: starting })
  const loading = starting.refresh()
  await expect.poll(async () => (await startingApp.request('/recommend/u')).status).toBe(200)
  const notReady = await startingApp.request('/health/ready')
  expect(notReady.status).toBe(503)
  expect(await notReady.json()).toMatchObject({
    detail: 'Models are being loaded: slow. These are loaded: projection.',
  })
  const slow = await startingApp.request('/recommend/u?model=slow')
  expect(await slow.json()).toMatchObject({
    status: 503,
    detail: 'slow@1 is being loaded; retry in a second',
  })
  release()
  await loading
  expect(await (await startingApp.request('/health/ready')).json()).toEqual({
    status: 'ready',
    models: [
      { name: 'projection', version: 2, status: 'loaded' },
      { name: 'slow', version: 1, status: 'loaded' },
    ],
  })
  await starting.close()
})
