import { expect, test } from 'vitest'
import type { createDocument } from '../../src/http/openapi-document.ts'
import { alternatingArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { createTestApp, post } from './test-app.ts'

const { app } = await createTestApp()
const document = (await (await app.request('/openapi.json')).json()) as ReturnType<typeof createDocument>
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ route: `${method} ${path}`, ...operation })),
)

test('the document has every route that the app has', () => {
  const added = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replaceAll(/:([^/]+)/g, '{$1}')}`)
  expect(new Set(operations.map(({ route }) => route))).toEqual(new Set(added))
})

test('each route has its scope and its responses', () => {
  const described = operations.map(({ route, security, responses }) => [
    route,
    `${security.map((needed: object) => Object.values(needed).flat())} → ${Object.keys(responses).join(' ')}`,
  ])
  expect(Object.fromEntries(described)).toMatchObject({
    'get /recommend/{userId}': 'read → 200 400 401 403 404 422 429 503 default',
    'post /recommend': 'read → 200 400 401 403 404 413 415 422 429 503 default',
    'get /users/{userId}/embedding': 'read → 200 400 401 403 404 422 429 503 default',
    'delete /users/{userId}': 'write → 200 400 401 403 429 503 default',
    'post /ratings': 'write → 200 400 401 403 413 415 429 503 default',
    'post /feedback': 'write → 200 400 401 403 413 415 429 503 default',
    'get /experiments': 'admin → 200 400 401 403 429 503 default',
    'post /experiments': 'admin → 200 400 401 403 409 413 415 429 503 default',
    'get /experiments/{name}': 'admin → 200 400 401 403 404 429 503 default',
    'post /experiments/{name}/start': 'admin → 200 400 401 403 404 409 429 503 default',
    'post /experiments/{name}/stop': 'admin → 200 400 401 403 404 409 429 503 default',
    'get /experiments/{name}/report': 'admin → 200 400 401 403 404 409 429 503 default',
    'get /reports/{id}': 'admin → 200 400 401 403 404 429 503 default',
    'get /models': 'read → 200 400 401 403 429 503 default',
    'get /metrics': 'read → 200 401 403 429 503 default',
    'get /health/live': ' → 200 400 503 default',
    'get /health/ready': ' → 200 400 503 default',
    'get /openapi.json': ' → 200 400 503 default',
  })
})

test('every reference in the document can be resolved', () => {
  const text = JSON.stringify(document)
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    (found) => found[1]!,
  )
  expect(references).toContain('Problem')
  expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining(references))
})

test('each example of a body is a valid request', async () => {
  const { app, registry, champions, catalog, ratings } = await createTestApp()
  const ids = [...'abcdefghij']
  await catalog.save(ids.map((id, n) => ({ id, attributes: { genres: [n % 2 === 0 ? 'Comedy' : 'Drama'] } })))
  const name = await registry.publish(alternatingArtifact(ids), provenance)
  await registry.promote(name, { by: 'a test', reason: 'to serve' })
  await champions.refresh()
  await ratings.save([1, 2].map((user) => ({ userId: String(user), itemId: 'd', value: user })))
  const examples = operations.flatMap(({ route, requestBody }) => {
    const example: unknown = requestBody?.content['application/json'].example
    return example === undefined ? [] : [[route.split(' ')[1]!, example] as const]
  })
  expect(examples.map(([path]) => path)).toEqual(
    expect.arrayContaining(['/recommend', '/blend', '/experiments']),
  )
  for (const [path, example] of examples) {
    const response = await app.request(path, post(example))
    expect(response.status, `${path}: ${await response.clone().text()}`).toBe(200)
  }
})

test('k is a whole number from 1 to 1000, by default 10, in query and body', () => {
  const bounds = { type: 'integer', minimum: 1, maximum: 1000, default: 10 }
  const parameters = document.paths?.['/recommend/{userId}']?.get?.parameters
  expect(parameters).toContainEqual(
    expect.objectContaining({ name: 'k', schema: expect.objectContaining(bounds) }),
  )
  expect(JSON.stringify(document.paths?.['/recommend']?.post?.requestBody)).toContain('"maximum":1000')
})
