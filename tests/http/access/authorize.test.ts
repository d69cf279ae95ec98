import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hashSecret } from '../../../src/http/access/api-keys.ts'
import type { AccessRules } from '../../../src/http/access/authorize.ts'
import { LiveApiKeys } from '../../../src/http/access/live-api-keys.ts'
import { createPostgresApiKeys } from '../../../src/http/access/postgres-api-keys.ts'
import type { Scope } from '../../../src/http/access/scopes.ts'
import { type AppDependencies, createApp } from '../../../src/http/app.ts'
import { localInference } from '../../../src/recommender/inference/local-inference.ts'
import { LiveChampions } from '../../../src/recommender/live-champions.ts'
import { openProjection } from '../../registry/projection-model.ts'
import { createTestApp, post } from '../test-app.ts'

const { app: _, ...parts } = await createTestApp()
const { database, registry, log, logged, train } = parts
const keys = createPostgresApiKeys(database)
const live = new LiveApiKeys(keys, log)
const dependencies = { ...parts, pingDatabase: async () => {} }
const openApp = (access: Partial<AccessRules> = {}, others: Partial<AppDependencies> = {}) =>
  createApp({ ...dependencies, ...others, access: { keys: live, requestsPerMinute: 1000, ...access } })
const app = openApp()
const secrets = {} as Record<Scope, string>

beforeAll(async () => {
  await train()
  for (const scope of ['read', 'write', 'admin'] as const)
    secrets[scope] = (await issue({ scopes: [scope], name: scope })).secret
})

async function issue(grant: Partial<Parameters<typeof keys.create>[0]>) {
  const issued = await keys.create({
    name: 'test',
    scopes: ['read'],
    requestsPerMinute: null,
    expiresAt: null,
    ...grant,
  })
  await live.refresh()
  return issued
}

const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` })
const rating = { userId: 'u', itemId: 'a', value: 4 }

describe('without a key', () => {
  test('every documented route responds with 401, except those that require no key', async () => {
    const document = (await (await app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { security: unknown[] }>>
    }
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, { security }] of Object.entries(operations)) {
        const { status } = await app.request(path, { method: method.toUpperCase() })
        if (security.length > 0) expect(status, `${method} ${path}`).toBe(401)
        else expect(status, `${method} ${path}`).not.toBe(401)
      }
  })

  test('the response is a problem with how to create a key', async () => {
    const response = await app.request('/recommend/u')
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="palate"')
    const problem = (await response.json()) as { type: string; detail: string }
    expect(problem).toMatchObject({ status: 401, type: 'urn:problem-type:palate:unauthorized' })
    expect(problem.detail).toContain('npm run keys -- create')
  })

  test.each(['Bearer', 'Bearer ', 'Bearer palate_wrong', 'Basic dTpw', 'Bearer a b'])(
    'nor with the header "%s"',
    async (Authorization) => {
      expect((await app.request('/recommend/u', { headers: { Authorization } })).status).toBe(401)
    },
  )

  test('no body is read, and HEAD is rejected like GET', async () => {
    expect((await app.request('/ratings', post('{'))).status).toBe(401)
    expect((await app.request('/models', { method: 'HEAD' })).status).toBe(401)
  })

  test('a path without a route is not found', async () => {
    expect((await app.request('/nothing')).status).toBe(404)
    expect((await app.request('/models', { method: 'PUT' })).status).toBe(405)
  })
})

describe('a key allows what its scopes include:', () => {
  const cases: [Scope, string, RequestInit, number][] = [
    ['read', '/recommend/u', {}, 200],
    ['read', '/recommend', post({ history: [] }), 200],
    ['read', '/ratings', post(rating), 403],
    ['read', '/users/u', { method: 'DELETE' }, 403],
    ['read', '/experiments', {}, 403],
    ['write', '/ratings', post(rating), 200],
    ['write', '/recommend/u', {}, 403],
    ['write', '/experiments', {}, 403],
    ['admin', '/recommend/u', {}, 200],
    ['admin', '/ratings', post(rating), 200],
    ['admin', '/experiments', {}, 200],
  ]
  test.each(cases)('%s, %s', async (scope, path, init, status) => {
    const headers = { ...(init.headers as object), ...bearer(secrets[scope]) }
    const response = await app.request(path, { ...init, headers })
    expect(response.status).toBe(status)
    if (status !== 403) return
    expect(response.headers.get('WWW-Authenticate')).toMatch(/error="insufficient_scope", scope="\w+"/)
    expect(await response.json()).toMatchObject({ type: 'urn:problem-type:palate:forbidden' })
  })

  test('one of several scopes is enough', async () => {
    const { secret } = await issue({ scopes: ['read', 'write'] })
    const headers = { ...(post(rating).headers as object), ...bearer(secret) }
    expect((await app.request('/ratings', { ...post(rating), headers })).status).toBe(200)
    expect((await app.request('/models', { headers })).status).toBe(200)
  })

  test('a route without a scope requires admin', async () => {
    const bare = openApp()
    bare.get('/forgotten', (c) => c.text('reached'))
    const requestWith = async (scope: Scope) =>
      (await bare.request('/forgotten', { headers: bearer(secrets[scope]) })).status
    expect([await requestWith('read'), await requestWith('write'), await requestWith('admin')]).toEqual([
      403, 403, 200,
    ])
  })
})

describe('over the limit', () => {
  test('the response is 429 with when to retry; another key is not limited', async () => {
    const limited = openApp({ requestsPerMinute: 3 })
    const requestWith = (secret: string) => limited.request('/models', { headers: bearer(secret) })
    for (let n = 0; n < 3; n++) expect((await requestWith(secrets.read)).status).toBe(200)
    const refused = await requestWith(secrets.read)
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('Retry-After'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(await refused.json()).toMatchObject({ type: 'urn:problem-type:palate:too-many-requests' })
    expect((await requestWith(secrets.admin)).status).toBe(200)
    expect((await limited.request('/health/live')).status).toBe(200)
  })

  test('a request for a model that is not loaded does not count', async () => {
    const { secret } = await issue({ requestsPerMinute: 1 })
    const champions = new LiveChampions({ registry, open: localInference(openProjection), log })
    const starting = openApp({}, { champions })
    const request = () => starting.request('/recommend/u', { headers: bearer(secret) })
    for (let n = 0; n < 3; n++) expect((await request()).status).toBe(503)
    await champions.refresh()
    expect((await request()).status).toBe(200)
    expect((await request()).status).toBe(429)
    await champions.close()
  })

  test('a key may have its own limit', async () => {
    const { secret } = await issue({ requestsPerMinute: 1 })
    const requestWith = async () => (await app.request('/models', { headers: bearer(secret) })).status
    expect([await requestWith(), await requestWith()]).toEqual([200, 429])
  })
})

describe('a key becomes invalid', () => {
  const statusOf = async (secret: string) =>
    (await app.request('/models', { headers: bearer(secret) })).status

  test('when it is revoked, as soon as the keys are read again', async () => {
    const { key, secret } = await issue({})
    expect(await statusOf(secret)).toBe(200)
    await keys.revoke(key.id)
    await live.refresh()
    expect(await statusOf(secret)).toBe(401)
  })

  test('when it expires, without being read again', async () => {
    const { key, secret } = await issue({})
    const expiring = (seconds: number) => ({ ...key, expiresAt: new Date(Date.now() + seconds * 1000) })
    const found = async (seconds: number) => {
      const valid = async () => new Map([[hashSecret(secret), expiring(seconds)]])
      const follower = new LiveApiKeys({ valid }, log)
      await follower.refresh()
      return follower.find(secret)
    }
    expect(await found(3600)).toBeDefined()
    expect(await found(-1)).toBeUndefined()
    const { secret: expired } = await issue({ expiresAt: new Date(Date.now() - 1) })
    expect(await statusOf(expired)).toBe(401)
  })

  test('some time after its rotation, while the new one is valid', async () => {
    const { key, secret: old } = await issue({ name: 'rotating', scopes: ['read', 'write'] })
    const { key: next, secret } = await keys.rotate(key.id, 3600)
    await live.refresh()
    expect(next).toMatchObject({ name: 'rotating', scopes: ['read', 'write'], expiresAt: null })
    expect([await statusOf(old), await statusOf(secret)]).toEqual([200, 200])
    await keys.rotate(next.id, 0)
    await live.refresh()
    expect([await statusOf(old), await statusOf(secret)]).toEqual([200, 401])
    await expect(keys.rotate(next.id, 0)).rejects.toThrow('There is no valid key')
  })

  test('never because of the database: while it is unavailable the keys are unchanged', async () => {
    let readings = 0
    const away = new LiveApiKeys(
      {
        valid: async () => {
          if (readings++ > 0) throw new Error('away')
          return keys.valid()
        },
      },
      log,
    )
    onTestFinished(() => away.close())
    await away.refresh()
    away.follow(5)
    await expect.poll(() => readings).toBeGreaterThan(2)
    expect(away.find(secrets.read)).toMatchObject({ name: 'read' })
  })
})

test('neither the table nor the log contains a secret', async () => {
  const rows = JSON.stringify(await database.sql`select api_keys::text from api_keys`)
  for (const secret of Object.values(secrets)) {
    expect(rows).not.toContain(secret)
    expect(rows).not.toContain(secret.slice('palate_'.length))
    expect(logged.join('\n')).not.toContain(secret)
  }
})

test('a wrong key is neither in the response nor in the log', async () => {
  const response = await app.request('/models', { headers: bearer('palate_mistyped') })
  expect(await response.text()).not.toContain('mistyped')
  expect(logged.join('\n')).not.toContain('mistyped')
})
