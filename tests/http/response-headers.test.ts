import { describe, expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { listen } from '../../src/http/server.ts'
import { createTestApp, post } from './test-app.ts'

const { app, ...parts } = await createTestApp()
const dependencies = { ...parts, pingDatabase: async () => {} }

describe('every response', () => {
  const cases: [string, RequestInit | undefined][] = [
    ['/health/live', undefined],
    ['/recommend/u', undefined],
    ['/nothing', undefined],
    ['/models', { method: 'PUT' }],
    ['/ratings', post('{')],
  ]
  test.each(cases)('of %s cannot be framed or cached', async (path, init) => {
    const { headers } = await app.request(path, init)
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
  })

  test('has the same headers over a connection, and those that a page needs', async () => {
    const { url, close } = await listen(app.fetch, '127.0.0.1', 0)
    onTestFinished(close)
    for (const path of ['/recommend/u', '/nothing', '/docs']) {
      const init = { headers: { 'X-Request-Id': 'from-outside' } }
      const [over, without] = [await fetch(`${url}${path}`, init), await app.request(path, init)]
      expect([...over.headers]).toEqual(expect.arrayContaining([...without.headers]))
      expect(over.headers.get('X-Request-Id')).toBe('from-outside')
      if (path === '/docs')
        expect(over.headers.get('Content-Security-Policy')).toMatch(/^[^,]*script-src[^,]*$/)
    }
  })
})

describe('pages of other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: { Origin: 'https://shop.example', 'Access-Control-Request-Method': 'POST' },
  }

  test('may not send requests by default', async () => {
    const response = await app.request('/recommend', preflight)
    expect(response.status).toBe(405)
    const simple = await app.request('/health/live', { headers: { Origin: 'https://shop.example' } })
    expect(simple.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  test('may send requests if their origin is configured, before keys are checked; others may not', async () => {
    const keys = { find: () => undefined }
    const shared = createApp({
      ...dependencies,
      corsOrigins: ['https://shop.example', 'https://www.shop.example'],
      access: { keys, requestsPerMinute: 1 },
    })
    const allowed = await shared.request('/recommend', preflight)
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('Access-Control-Allow-Origin')).toBe('https://shop.example')
    expect(allowed.headers.get('Access-Control-Allow-Headers')).toContain('Authorization')
    const refused = await shared.request('/models', { headers: { Origin: 'https://www.shop.example' } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('Access-Control-Allow-Origin')).toBe('https://www.shop.example')
    const other = await shared.request('/recommend', {
      ...preflight,
      headers: { ...preflight.headers, Origin: 'https://evil.example' },
    })
    expect(other.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})
