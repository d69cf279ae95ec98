import { expect, test } from 'vitest'
import { createTestApp } from './test-app.ts'

const { app, champions, registry, train } = await createTestApp()
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
  expect(await body()).toEqual({ status: 'ready' })
  await registry.warn('ease is better')
  await champions.refresh()
  expect(await body()).toEqual({ status: 'ready', warning: 'ease is better' })
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
      },
    },
  ])
})
