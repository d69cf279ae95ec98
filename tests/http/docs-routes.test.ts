import { expect, test } from 'vitest'
import { createTestApp } from './test-app.ts'

const { app } = await createTestApp()

test('the reference page and all its files come from the service itself', async () => {
  const page = await app.request('/docs')
  expect(page.headers.get('Content-Type')).toContain('text/html')
  expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self'")
  const html = await page.text()
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]!)
  expect(loaded).toHaveLength(4)
  for (const address of loaded.filter((each) => !each.startsWith('data:'))) {
    const part = await app.request(new URL(address, 'http://palate/docs').pathname)
    expect(part.status, address).toBe(200)
    expect(part.headers.get('Content-Type')).toMatch(address.endsWith('.css') ? /^text\/css/ : /javascript/)
    expect((await part.text()).length).toBeGreaterThan(50)
  }
})

test.each(['package.json', '..%2fapp.ts', 'constructor', '%2e%2e%2f%2e%2e%2fpackage.json'])(
  'nothing else can be had under its address, as %s',
  async (name) => {
    expect((await app.request(`/docs/${name}`)).status).toBe(404)
  },
)
