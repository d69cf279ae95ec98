import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { refuseOtherSites } from '../../../src/http/access/refuse-other-sites.ts'
import type { Environment } from '../../../src/http/environment.ts'

const app = new Hono<Environment>()
app.use(refuseOtherSites({ hosts: ['0.0.0.0', 'Palate.example'], corsOrigins: ['https://shop.example'] }))
app.all('/', (c) => c.text('reached'))

const direct = { Host: '127.0.0.1:3000' }
const navigation = {
  'Sec-Fetch-Site': 'cross-site',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
}

const cases: [what: string, method: string, headers: Record<string, string>, status: number][] = [
  ['a client that is no browser', 'POST', direct, 200],
  ['localhost', 'POST', { Host: 'LOCALHOST' }, 200],
  ['a name of localhost', 'GET', { Host: 'palate.localhost:80' }, 200],
  ['an IPv6 address', 'POST', { Host: '[::1]:3000' }, 200],
  ['an address in the network', 'GET', { Host: '10.1.2.3:3000' }, 200],
  ['a configured name', 'GET', { Host: 'palate.example:3000' }, 200],
  ['another name, as by DNS rebinding', 'GET', { Host: 'evil.example:3000' }, 403],
  ['a name that begins as an address', 'GET', { Host: '127.0.0.1.evil.example' }, 403],
  ['a name that ends as localhost', 'GET', { Host: 'evillocalhost' }, 403],
  [
    'a page of its own',
    'POST',
    { ...direct, Origin: 'http://127.0.0.1:3000', 'Sec-Fetch-Site': 'same-origin' },
    200,
  ],
  ['a page of a configured name', 'POST', { ...direct, Origin: 'https://palate.example' }, 200],
  [
    'a page that CORS allows',
    'POST',
    { ...direct, Origin: 'https://shop.example', 'Sec-Fetch-Site': 'cross-site' },
    200,
  ],
  ['another page', 'POST', { ...direct, Origin: 'https://evil.example' }, 403],
  ['a page at another port', 'POST', { ...direct, Origin: 'http://127.0.0.1:8080' }, 403],
  ['a page without an origin', 'POST', { ...direct, Origin: 'null' }, 403],
  [
    'an image in another page',
    'GET',
    { ...direct, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
    403,
  ],
  ['a frame in another page', 'GET', { ...direct, ...navigation, 'Sec-Fetch-Dest': 'iframe' }, 403],
  ['a form in another page', 'POST', { ...direct, ...navigation }, 403],
  ['a link in another page', 'GET', { ...direct, ...navigation }, 200],
]

test.each(cases)('%s: %s', async (_, method, headers, status) => {
  const response = await app.request('/', { method, headers })
  expect(response.status).toBe(status)
  if (status === 403)
    expect(await response.json()).toMatchObject({
      type: expect.stringMatching(/:(foreign-origin|unknown-host)$/),
    })
})
