import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { problemSchema } from '../../src/http/problem.ts'
import { createTestApp } from './test-app.ts'

const { app, database, train } = await createTestApp()

beforeAll(async () => {
  await train()
  await database.sql`insert into users (id) values ('known')`
})

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    'known',
    'a',
    'd',
    'projection',
    '10',
    '0',
    '-1',
    '',
    '..',
    "'",
    '%',
    '\u0000',
    '\ud800',
    '💿',
  ),
  fc.string({ minLength: 250, maxLength: 260 }),
)
const escaped = text.map((part) => encodeURIComponent(Buffer.from(part).toString()))
const raw = fc.stringMatching(/^[!$-.0-;=@-~]{0,8}$/)
const segment = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'recommend',
      'users',
      'ratings',
      'models',
      'health',
      'live',
      'embedding',
      'feedback',
      'experiments',
    ),
  },
  { weight: 2, arbitrary: escaped },
  { weight: 1, arbitrary: raw },
)
const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom('k', 'model'), escaped), fc.oneof(escaped, raw)), {
  maxLength: 3,
})
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, 1e300, 5, 1000, 1001))
const loose = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 4, arbitrary: number },
  { weight: 1, arbitrary: fc.jsonValue() },
)
const rating = fc.record(
  {
    userId: text,
    itemId: fc.oneof(text, loose),
    value: fc.oneof(number, loose),
    time: fc.oneof(number, loose),
  },
  { requiredKeys: [] },
)
const body = fc.oneof(
  fc.record(
    { history: fc.oneof(fc.array(rating), loose), k: fc.oneof(number, loose), model: loose },
    { requiredKeys: [] },
  ),
  rating,
  fc.array(rating, { maxLength: 5 }),
  fc.jsonValue(),
)
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'HEAD', 'OPTIONS', 'PATCH'),
  path: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
  query,
  body: fc.oneof(
    { weight: 5, arbitrary: body.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: text },
  ),
  type: fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'multipart/form-data',
    undefined,
  ),
})

type Requested = typeof request extends fc.Arbitrary<infer T> ? T : never

test('no request gets a 500, and every error is a problem document', async () => {
  const statuses = new Map<number, number>()
  const send = async ({ method, path, query, body, type }: Requested) => {
    const search = query.map((pair) => pair.join('=')).join('&')
    const response = await app.request(`http://localhost${path}?${search}`, {
      method,
      ...(type && { headers: { 'Content-Type': type } }),
      ...(!['GET', 'HEAD'].includes(method) && { body }),
    })
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    expect(response.status).not.toBe(500)
    if (response.ok) return
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    if (method === 'HEAD') return
    const problem = problemSchema.strict().parse(await response.json())
    expect(problem.status).toBe(response.status)
  }
  await fc.assert(fc.asyncProperty(request, send), { numRuns: 800 })
  await fc.assert(
    fc.asyncProperty(
      request,
      fc.constantFrom('/recommend', '/ratings', '/feedback', '/experiments'),
      (given, path) => send({ ...given, method: 'POST', path, query: [], type: 'application/json' }),
    ),
    { numRuns: 300 },
  )
  // The property would say little if all requests were refused for the same reason.
  expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 404, 405]))
})
