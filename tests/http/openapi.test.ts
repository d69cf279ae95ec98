import { expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { createTestApp } from './test-app.ts'

const { champions, ratings, experiments, log } = await createTestApp()
const app = createApp({ champions, ratings, experiments, pingDatabase: async () => {}, log })
const document = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'Palate', version: '1' } })

test('the document has every route, and what each may answer', () => {
  const routes = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { responses }]) => [
      `${method} ${path}`,
      Object.keys(responses).join(' '),
    ]),
  )
  expect(Object.fromEntries(routes)).toEqual({
    'get /recommend/{userId}': '200 400 404 503',
    'post /recommend': '200 400 404 413 415 503',
    'get /users/{userId}/embedding': '200 400 404 409 503',
    'delete /users/{userId}': '200 400 503',
    'post /ratings': '200 400 413 415 503',
    'post /feedback': '200 400 413 415 503',
    'get /experiments': '200 400 503',
    'post /experiments': '200 400 409 413 415 503',
    'get /experiments/{name}': '200 400 404 503',
    'post /experiments/{name}/start': '200 400 404 409 503',
    'post /experiments/{name}/stop': '200 400 404 409 503',
    'get /experiments/{name}/report': '200 400 404 409 503',
    'get /models': '200 400 503',
    'get /health/live': '200 400 503',
    'get /health/ready': '200 400 503',
  })
})

test('k is a whole number from 1 to 1000, 10 where left out, in query and body alike', () => {
  const bounds = { type: 'integer', minimum: 1, maximum: 1000, default: 10 }
  const parameters = document.paths?.['/recommend/{userId}']?.get?.parameters
  expect(parameters).toContainEqual(
    expect.objectContaining({ name: 'k', schema: expect.objectContaining(bounds) }),
  )
  expect(JSON.stringify(document.paths?.['/recommend']?.post?.requestBody)).toContain('"maximum":1000')
})
