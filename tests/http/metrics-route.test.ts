import { expect, test } from 'vitest'
import { createMetrics } from '../../src/http/metrics.ts'
import { createTestApp } from './test-app.ts'

const { app, champions, train } = await createTestApp()

const scrape = async () => (await app.request('/metrics')).text()

/** The value of the one line that begins so. */
function sampleOf(text: string, start: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${start} `))
  expect(lines, start).toHaveLength(1)
  return Number(lines[0]!.slice(start.length))
}

test('before the champions were read there are numbers, but of no model', async () => {
  expect(await scrape()).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
  expect(await scrape()).not.toMatch(/^palate_model_age_seconds\{/m)
})

test('requests are counted by route and status, never by who was asked for', async () => {
  await train()
  for (const user of ['ada', 'bea', 'cyd']) await app.request(`/recommend/${user}`)
  await app.request('/recommend/ada?k=0')
  await app.request('/nothing/ada')
  const text = await scrape()
  const answered = 'palate_http_request_duration_seconds_count{method="GET",route='
  expect(sampleOf(text, `${answered}"/recommend/:userId",status="200"}`)).toBe(3)
  expect(sampleOf(text, `${answered}"/recommend/:userId",status="400"}`)).toBe(1)
  expect(sampleOf(text, `${answered}"/*",status="404"}`)).toBe(1)
  expect(text).not.toMatch(/ada|bea|cyd/)
})

test('the age of each model that answers is told', async () => {
  const version = await train(0.2)
  const [live] = champions.list()
  const expected = (Date.now() - live!.serving!.manifest.createdAt.getTime()) / 1000
  const age = sampleOf(await scrape(), `palate_model_age_seconds{model="projection",version="${version}"}`)
  expect(age).toBeGreaterThanOrEqual(expected)
  expect(age).toBeLessThan(expected + 60)
})

test('what inference and the cache of histories tell is counted, in each service for itself', async () => {
  const metrics = createMetrics()
  for (const questions of [1, 3, 3]) metrics.batchComputed(questions, 0.002)
  metrics.requestRejected()
  for (const isCached of [true, true, false]) metrics.historyAsked(isCached)
  const text = await metrics.render({ models: [] })
  expect(sampleOf(text, 'palate_inference_batch_size_sum')).toBe(7)
  expect(sampleOf(text, 'palate_inference_batch_size_bucket{le="2"}')).toBe(1)
  expect(sampleOf(text, 'palate_inference_wait_seconds_count')).toBe(3)
  expect(sampleOf(text, 'palate_inference_refused_total')).toBe(1)
  expect(sampleOf(text, 'palate_history_reads_total{cache="hit"}')).toBe(2)
  expect(sampleOf(text, 'palate_history_reads_total{cache="miss"}')).toBe(1)
  expect(sampleOf(await createMetrics().render({ models: [] }), 'palate_inference_refused_total')).toBe(0)
})
