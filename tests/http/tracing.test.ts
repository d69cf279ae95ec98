// Traces exported over a real connection to a collector.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { openTracing } from '../../src/http/tracing.ts'
import { createTestApp } from './test-app.ts'

interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: readonly { key: string; value: Record<string, unknown> }[]
}
interface Batch {
  readonly resourceSpans: { scopeSpans: { spans: Span[] }[] }[]
}

const batches: { path: string; batch: Batch }[] = []
const collector = createServer(async (request, response) => {
  batches.push({ path: request.url!, batch: (await json(request)) as Batch })
  response.end('{}')
}).listen(0)
afterAll(() => collector.close())

test('a request is a span in the trace of its caller, contains spans of its work, and has no user id', async () => {
  const { app: _, train, database, ...dependencies } = await createTestApp()
  await train()
  const tracing = await openTracing(`http://127.0.0.1:${(collector.address() as AddressInfo).port}/`)
  tracing.instrument(dependencies.ratings, 'ratings', ['of'])
  tracing.instrument(dependencies.champions, 'champions', ['use'])
  const app = createApp({ ...dependencies, tracing, pingDatabase: async () => {} })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const caller = 'b7ad6b7169203331'
  const response = await app.request('/recommend/secret-user?k=2', {
    headers: { traceparent: `00-${traceId}-${caller}-01` },
  })
  expect(response.status).toBe(200)
  await app.request('/recommend/secret-user?k=0')
  await tracing.close()

  expect(batches.every(({ path }) => path === '/v1/traces')).toBe(true)
  const spans = batches.flatMap(({ batch }) =>
    batch.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  )
  const [served, refused] = spans.filter(({ name }) => name === 'GET /recommend/:userId')
  expect(served).toMatchObject({ traceId, parentSpanId: caller })
  expect(served!.attributes).toContainEqual({
    key: 'http.response.status_code',
    value: { intValue: 200 },
  })
  expect(refused!.traceId).not.toBe(traceId)
  for (const name of ['ratings.of', 'champions.use'])
    expect(spans.find((span) => span.name === name)).toMatchObject({
      traceId,
      parentSpanId: served!.spanId,
    })
  expect(JSON.stringify(batches)).not.toContain('secret-user')
})
