// Requests made of the OpenAPI document itself: 1,000 of them, or 5,000 with npm run fuzz.
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { problemSchema } from '../../src/http/problem.ts'
import { sampleDefinition } from '../experiments/sample-definition.ts'
import { type Document, documentRequests } from './document-requests.ts'
import { createTestApp, post } from './test-app.ts'

const { app, database, ratings, experiments, train } = await createTestApp()
const document = (await (await app.request('/openapi.json')).json()) as Document
const isThorough = (import.meta as unknown as { env: { MODE: string } }).env.MODE === 'fuzz'
const numRuns = isThorough ? 5000 : 1000
const known = {
  userId: ['known', 'other'],
  itemId: ['a', 'b', 'c', 'd'],
  kind: ['rating', 'like'],
  time: ['2001-09-09'],
  model: ['projection'],
  name: ['first', 'second', 'control', 'treatment', 'one', 'two'],
  layer: ['upper'],
  event: ['click'],
  asset: ['swagger-ui.css', 'start.js'],
}

beforeAll(async () => {
  await train()
  await database.sql`insert into items (id, title, attributes) values ('a', 'A', '{"genre": "crime", "year": 1999}')`
  await ratings.save(['a', 'b'].map((itemId) => ({ userId: 'known', itemId, value: 4 })))
  for (const name of ['first', 'second']) await experiments.experiments.create(sampleDefinition({ name }))
  await ratings.save(['b', 'c'].map((itemId) => ({ userId: 'other', itemId, value: 2 })))
})

test('no request generated from the document gets a 500 or hangs, and every error is a documented problem', {
  timeout: isThorough ? 900_000 : 120_000,
}, async () => {
  const reached = new Set<string>()
  await fc.assert(
    fc.asyncProperty(documentRequests(document, known), async ({ method, path, body }) => {
      const response = await answerTo(path, { ...(body ? post(body) : {}), method })
      expect(response.status, await sample(response)).not.toBe(500)
      if (response.ok) return void reached.add(`${method} ${path.split('/')[1]!.split('?')[0]}`)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
      const problem = problemSchema.strict().parse(await response.json())
      expect(problem.status).toBe(response.status)
    }),
    { numRuns, ...(!isThorough && { seed: 11 }) },
  )
  // The property would say little if all requests were refused at the door.
  expect([...reached]).toEqual(
    expect.arrayContaining([
      'GET recommend',
      'POST recommend',
      'GET users',
      'DELETE users',
      'POST ratings',
      'POST feedback',
      'POST experiments',
    ]),
  )
})

/** @throws Error when there is no response within the time limit of requests, and some more. */
async function answerTo(path: string, init: RequestInit): Promise<Response> {
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No response to ${init.method} ${path}`)), 30_000)
  })
  try {
    return await Promise.race([app.request(`http://localhost${path}`, init), hung])
  } finally {
    clearTimeout(timer)
  }
}

async function sample(response: Response): Promise<string> {
  return response.status === 500 ? response.clone().text() : ''
}
