import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
import { createApp } from '../../src/http/app.ts'
import { createTestApp, post } from './test-app.ts'

const { app, champions, ratings, train, logged } = await createTestApp()

interface Problem {
  type: string
  title: string
  status: number
  detail: string
  requestId: string
  errors?: { in: string; at: string; message: string }[]
}

/** The problem document of a response. */
async function problemOf(path: string, init?: RequestInit): Promise<Problem> {
  const response = await app.request(path, init)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  const problem = (await response.json()) as Problem
  expect(problem.status).toBe(response.status)
  expect(problem.requestId).toBe(response.headers.get('X-Request-Id'))
  return { ...problem, type: problem.type.replace('urn:problem-type:palate:', '') }
}

test('before a model is trained, the response says how to train one', async () => {
  expect(await problemOf('/recommend/u')).toMatchObject({ status: 503, type: 'model-unavailable' })
  await champions.refresh()
  const { status, type, detail } = await problemOf('/users/u/embedding')
  expect({ status, type }).toEqual({ status: 503, type: 'no-champion' })
  expect(detail).toContain('npm run train')
  expect((await app.request('/recommend/u')).headers.get('Retry-After')).toBe('1')
})

describe('an invalid request gets a problem with what is wrong, where, and how to correct it:', () => {
  beforeAll(async () => {
    await train()
  })

  test.each(['0', 'abc', '100000', '1001', '-1', '1.5', '1e2', '', '0x10', ' 5', '٣'])('k=%s', async (k) => {
    expect(await problemOf(`/recommend/u?k=${encodeURIComponent(k)}`)).toMatchObject({
      status: 400,
      type: 'invalid-request',
      detail: 'In the query, k must be a whole number from 1 to 1000.',
      errors: [{ in: 'query', at: 'k', message: 'must be a whole number from 1 to 1000' }],
    })
  })

  test('k twice', async () => {
    expect(await problemOf('/recommend/u?k=1&k=2')).toMatchObject({ status: 400, errors: [{ at: 'k' }] })
  })

  test('a parameter that does not exist', async () => {
    const { detail } = await problemOf('/recommend/u?limit=5')
    expect(detail).toBe('The query has unknown parameters: "limit".')
  })

  test.each([0, 1001, 1.5, '10', null])('"k": %j in a body', async (k) => {
    expect(await problemOf('/recommend', post({ history: [], k }))).toMatchObject({
      status: 400,
      detail: 'In the body, /k must be a whole number from 1 to 1000.',
    })
  })

  test.each(['/recommend/a%00b', `/recommend/${'x'.repeat(401)}`, `/recommend/${'😀'.repeat(201)}`])(
    'the user id of %s',
    async (path) => {
      expect(await problemOf(path)).toMatchObject({ status: 400, errors: [{ in: 'path', at: 'userId' }] })
    },
  )

  test.each(['/recommend/%ff', '/recommend/100%', '/recommend/%E0%A4%A'])('the address %s', async (path) => {
    const { status, detail } = await problemOf(path)
    expect(status).toBe(400)
    expect(detail).toContain('percent-encoded')
  })

  test('a missing value is called missing', async () => {
    const { detail } = await problemOf('/ratings', post({ userId: 'u', value: 1 }))
    expect(detail).toBe('In the body, /itemId: Invalid input: expected string, but it is missing.')
  })

  const refused: [string, unknown, string[]][] = [
    ['a string', '"rating"', ['']],
    ['nothing', '[]', ['']],
    ['a rating without a user', { itemId: 'a', value: 1 }, ['/userId']],
    ['a rating with more to it', { userId: 'u', itemId: 'a', value: 1, mood: 'good' }, ['']],
    ['a value that is text', [{ userId: 'u', itemId: 'a', value: '1' }], ['/0/value']],
    ['a value beyond bounds', { userId: 'u', itemId: 'a', value: 1e300 }, ['/value']],
    ['a value that JSON cannot hold', '{"userId":"u","itemId":"a","value":1e999}', ['/value']],
    ['a time before 1970', { userId: 'u', itemId: 'a', value: 1, time: -1 }, ['/time']],
    ['half a surrogate pair', '{"userId":"\\ud800","itemId":"a","value":1}', ['/userId']],
    ['U+0000', { userId: 'u', itemId: 'a\u0000', value: 1 }, ['/itemId']],
    ['several wrongs', { userId: '', itemId: 3, value: null }, ['/userId', '/itemId', '/value']],
  ]
  test.each(refused)('ratings with %s', async (_, body, places) => {
    const { status, errors } = await problemOf('/ratings', post(body))
    expect(status).toBe(400)
    expect(errors?.map(({ at }) => at)).toEqual(places)
  })

  const malformed = ['', '{', '{"history":[}', 'null,', '\ufeff{}x', '['.repeat(100_000)]
  test.each(malformed.map((body) => [body.slice(0, 20), body]))('the body %j', async (_, body) => {
    const { status, type } = await problemOf('/recommend', post(body))
    expect({ status, type }).toEqual({ status: 400, type: 'malformed-body' })
  })

  test('a body without the media type JSON', async () => {
    const init = { method: 'POST', body: '{"history":[]}' }
    expect(await problemOf('/recommend', init)).toMatchObject({ status: 415 })
    const form = { ...init, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }
    expect(await problemOf('/ratings', form)).toMatchObject({ status: 415 })
  })

  test('a body that is too large, with or without a declared length', async () => {
    const large = post(JSON.stringify({ history: [], filler: 'x'.repeat(10_000_000) }))
    expect(await problemOf('/recommend', large)).toMatchObject({ status: 413, type: 'body-too-large' })
    const declared = post('{}', { 'Content-Length': '10000000' })
    expect(await problemOf('/recommend', declared)).toMatchObject({ status: 413 })
  })

  test('an unknown model, with the known ones', async () => {
    for (const path of ['/recommend/u?model=gpt', '/users/u/embedding?model=gpt']) {
      const problem = await problemOf(path)
      expect(problem).toMatchObject({ status: 404, type: 'unknown-model' })
      expect(problem.detail).toContain('the models are projection')
    }
  })

  test.each(['/', '/recommend/', '/recommend/a/b', '/users/u', '/nothing', '/health'])(
    'the address %s',
    async (path) => {
      const { status } = await problemOf(path)
      expect(status).toBe(path === '/users/u' ? 405 : 404)
    },
  )

  test('an unsupported method, with the supported ones', async () => {
    const response = await app.request('/recommend/u', { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('GET, HEAD')
    expect(await problemOf('/recommend', { method: 'OPTIONS' })).toMatchObject({ type: 'method-not-allowed' })
  })
})

describe('request ids', () => {
  test('the id of the request is returned and logged', async () => {
    const response = await app.request('/models', { headers: { 'X-Request-Id': 'from-outside' } })
    expect(response.headers.get('X-Request-Id')).toBe('from-outside')
    expect(JSON.parse(logged.at(-1)!)).toMatchObject({
      requestId: 'from-outside',
      method: 'GET',
      route: '/models',
      status: 200,
      milliseconds: expect.any(Number),
    })
  })

  test('an id that could forge a log line is replaced', async () => {
    const response = await app.request('/models', { headers: { 'X-Request-Id': 'a b"}' } })
    expect(response.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

test('no log line contains a user, an item or a rating, even when Postgres rejects them', async () => {
  const secret = { userId: 'secret-user', itemId: 'secret-item', value: -98_765.5 }
  await app.request('/ratings', post(secret))
  await app.request('/recommend/secret-user')
  await app.request('/recommend', post({ history: [secret] }))
  const { app: broken, database, logged: lines } = await createTestApp()
  await database.sql`drop table ratings`
  for (const request of [broken.request('/ratings', post(secret)), broken.request('/recommend/secret-user')])
    expect((await request).status).toBe(500)
  for (const line of [...logged, ...lines]) {
    expect(line).not.toMatch(/secret|98765\.5/)
  }
  expect(lines.some((line) => JSON.parse(line).err?.stack)).toBe(true)
  expect(await ratings.of('secret-user')).toHaveLength(1)
})

test('the database ends a statement that takes too long, and the response says to retry', async () => {
  const { database, ...dependencies } = await createTestApp()
  const impatient = connect(database.url, { statementTimeoutMs: 50 })
  onTestFinished(() => impatient.close())
  const slow = createApp({ ...dependencies, pingDatabase: () => impatient.sql`select pg_sleep(60)` })
  const response = await slow.request('/health/ready')
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ type: 'urn:problem-type:palate:timed-out' })
})

test('a diverse list of no eligible items is empty', async () => {
  const accepted = await app.request('/recommend', post({ history: [], include: [], diversity: 0.5 }))
  expect(accepted.status).toBe(200)
  expect(await accepted.json()).toMatchObject({ items: [] })
})

describe('a packed body', () => {
  const packed = (body: Uint8Array<ArrayBuffer>, encoding = 'gzip'): RequestInit => ({
    ...post({}, { 'Content-Encoding': encoding }),
    body,
  })
  const history = JSON.stringify({ history: [{ itemId: 'a', value: 5 }], k: 1 })

  test('of gzip is read', async () => {
    const response = await app.request('/recommend', packed(gzipSync(history)))
    expect(response.status).toBe(200)
    const plain = await app.request('/recommend', { ...post({}), body: history })
    expect((await response.json()) as { items: unknown }).toMatchObject({
      items: ((await plain.json()) as { items: unknown }).items,
    })
  })

  test('of another encoding is refused by its name', async () => {
    expect(await problemOf('/recommend', packed(gzipSync(history), 'br'))).toMatchObject({
      status: 415,
      type: 'unsupported-media-type',
      detail: expect.stringContaining('"br"'),
    })
  })

  test('may not be larger than 1 MiB once it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 20 + 1, ' '))
    expect(bomb.length).toBeLessThan(2000)
    expect(await problemOf('/recommend', packed(bomb))).toMatchObject({ status: 413, type: 'body-too-large' })
  })

  test('that is damaged is malformed', async () => {
    const damaged = gzipSync(history).subarray(0, -9)
    expect(await problemOf('/recommend', packed(new Uint8Array(damaged)))).toMatchObject({
      status: 400,
      detail: expect.stringContaining('not valid gzip'),
    })
  })
})
