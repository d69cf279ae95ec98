// The client against the service, over real connections, and with keys.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { generateClientTypes } from '../../scripts/client/generate.ts'
import { createClient, type Problem } from '../../src/client/client.ts'
import { LiveApiKeys } from '../../src/http/access/live-api-keys.ts'
import { createPostgresApiKeys } from '../../src/http/access/postgres-api-keys.ts'
import type { Scope } from '../../src/http/access/scopes.ts'
import { createApp } from '../../src/http/app.ts'
import { listen } from '../../src/http/server.ts'
import { createTestApp } from '../http/test-app.ts'

const { app, train, ...dependencies } = await createTestApp()
const palate = createClient({
  baseUrl: 'http://palate',
  fetch: async (request) => app.fetch(request),
})

beforeAll(async () => {
  await train()
})

test('its types match the document; otherwise run npm run build:client', async () => {
  const written = await readFile(join(import.meta.dirname, '../../src/client/api.ts'), 'utf8')
  expect(written).toBe(await generateClientTypes())
})

describe('the client', () => {
  const userId = 'müller/1 & co?'

  test('sends ratings, requests recommendations and embeddings, and erases', async () => {
    const saved = await palate.POST('/ratings', {
      body: [
        { userId, itemId: 'a', value: 5 },
        { userId, itemId: 'd', kind: 'view' },
      ],
    })
    expect(saved.data).toEqual({ inserted: 2, updated: 0, unchanged: 0 })
    const path = { userId }
    const list = await palate.GET('/recommend/{userId}', { params: { path, query: { k: 1 } } })
    expect(list.data).toMatchObject({ userId, basis: 'history', historySize: 2 })
    expect(list.data!.items.map(({ itemId }) => itemId)).toEqual(['b'])
    const embedded = await palate.GET('/users/{userId}/embedding', { params: { path } })
    expect(embedded.data).toMatchObject({ historySize: 2, size: 2 })
    const erased = await palate.DELETE('/users/{userId}', { params: { path } })
    expect(erased.data).toMatchObject({ userId, erasedRatings: 2 })
  })

  test('returns an error as a problem', async () => {
    const { data, error, response } = await palate.POST('/recommend', { body: { history: [], k: 0 } })
    expect(data).toBeUndefined()
    expect(response.status).toBe(400)
    expect((error as Problem).errors).toEqual([expect.objectContaining({ in: 'body', at: '/k' })])
  })

  test('over a connection, is limited by the scopes of its key', async () => {
    const keys = createPostgresApiKeys(dependencies.database)
    const live = new LiveApiKeys(keys, dependencies.log)
    const grant = (scope: Scope) => ({
      name: scope,
      scopes: [scope],
      requestsPerMinute: null,
      expiresAt: null,
    })
    const { secret } = await keys.create(grant('read'))
    await live.refresh()
    const locked = createApp({
      ...dependencies,
      pingDatabase: async () => {},
      access: { keys: live, requestsPerMinute: 100 },
    })
    const { url, close } = await listen(locked.fetch, '127.0.0.1', 0)
    onTestFinished(close)
    const withoutKey = createClient({ baseUrl: url })
    const reader = createClient({ baseUrl: url, apiKey: secret })
    const path = { userId }
    expect((await withoutKey.GET('/models')).response.status).toBe(401)
    expect((await reader.GET('/models')).data?.models).toHaveLength(1)
    const rejected = await reader.DELETE('/users/{userId}', { params: { path } })
    expect(rejected.response.status).toBe(403)
    expect(rejected.error?.detail).toContain('scope write')
  })
})
