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

test('before the champions are read there are metrics, but none of models', async () => {
  expect(await scrape()).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
  expect(await scrape()).not.toMatch(/^palate_model_age_seconds\{/m)
})

test('requests are counted by route and status, never by user', async () => {
  await train()
  for (const user of ['ada', 'bea', 'cyd']) await app.request(`/recommend/${user}`)
  await app.request('/recommend/ada?k=0')
  await app.request('/nothing/ada')
  const text = await scrape()
  const counter = 'palate_http_request_duration_seconds_count{method="GET",route='
  expect(sampleOf(text, `${counter}"/recommend/:userId",status="200"}`)).toBe(3)
  expect(sampleOf(text, `${counter}"/recommend/:userId",status="400"}`)).toBe(1)
  expect(sampleOf(text, `${counter}"/*",status="404"}`)).toBe(1)
  expect(text).not.toMatch(/ada|bea|cyd/)
})

test('there is the age of each serving model', async () => {
  const version = await train(0.2)
  const [live] = champions.list()
  const expected = (Date.now() - live!.serving!.manifest.createdAt.getTime()) / 1000
  const age = sampleOf(await scrape(), `palate_model_age_seconds{model="projection",version="${version}"}`)
  expect(age).toBeGreaterThanOrEqual(expected)
  expect(age).toBeLessThan(expected + 60)
})

test('batches, rejections and history reads are counted, separately for each service', async () => {
  const metrics = createMetrics()
  for (const requests of [1, 3, 3]) metrics.batchComputed(requests, 0.002)
  metrics.requestRejected()
  for (const isCached of [true, true, false]) metrics.historyRequested(isCached)
  const text = await metrics.render()
  expect(sampleOf(text, 'palate_inference_batch_size_sum')).toBe(7)
  expect(sampleOf(text, 'palate_inference_batch_size_bucket{le="2"}')).toBe(1)
  expect(sampleOf(text, 'palate_inference_wait_seconds_count')).toBe(3)
  expect(sampleOf(text, 'palate_inference_refused_total')).toBe(1)
  expect(sampleOf(text, 'palate_history_reads_total{cache="hit"}')).toBe(2)
  expect(sampleOf(text, 'palate_history_reads_total{cache="miss"}')).toBe(1)
  expect(sampleOf(await createMetrics().render(), 'palate_inference_refused_total')).toBe(0)
})

test('there is the memory of each cache with its limit', async () => {
  const metrics = createMetrics()
  const caches = [{ name: 'titles', bytes: 7, maxBytes: 100 }]
  metrics.follow(() => ({ models: [], caches }))
  const text = await metrics.render()
  expect(sampleOf(text, 'palate_cache_bytes{cache="titles"}')).toBe(7)
  expect(sampleOf(text, 'palate_cache_max_bytes{cache="titles"}')).toBe(100)
})
