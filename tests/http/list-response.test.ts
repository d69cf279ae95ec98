// Lists as CSV.
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, test } from 'vitest'
import { sampleDefinition } from '../experiments/sample-definition.ts'
import { createTestApp, post } from './test-app.ts'

const { app, train, ratings, experiments } = await createTestApp()

beforeAll(async () => {
  await train()
  await ratings.save(['a', 'b', 'c'].map((itemId) => ({ userId: 'u', itemId, value: 4.5 })))
  await experiments.experiments.create(sampleDefinition({ name: 'first' }))
  const items = [
    { itemId: 'a', title: 'One, "two"', attributes: { genres: ['X', 'Y'], year: 1990 } },
    { itemId: 'b', title: '=1+1', hidden: true },
  ]
  expect((await app.request('/items', post(items))).status).toBe(200)
})

async function csvOf(path: string, accept = 'text/csv') {
  const response = await app.request(path, { headers: { Accept: accept } })
  expect(response.headers.get('Vary')).toBe('Accept')
  return { response, text: await response.text() }
}

describe.each([
  ['/items', 'items', ['a', 'b', 'c']],
  ['/users/u/ratings', 'ratings', ['a', 'b', 'c']],
  ['/users/u/ratings?events=true', 'ratings', ['a', 'b', 'c']],
  ['/popular', 'items', ['c', 'a', 'd']],
  ['/trending', 'items', ['a', 'c']],
  ['/models', 'models', ['projection']],
  ['/experiments', 'experiments', ['first']],
  ['/recommend/u?k=2', 'items', []],
  ['/items/c/similar?k=2', 'items', []],
  ['/users/u/similar?k=2', 'users', []],
])('%s', (path, list, first) => {
  test('has the entries of its JSON as CSV on request', async () => {
    const { response, text } = await csvOf(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    const rows = parse<Record<string, string>>(text, { columns: true, record_delimiter: '\r\n' })
    const body = (await (await app.request(path)).json()) as Record<string, Record<string, unknown>[]>
    expect(rows).toHaveLength(body[list]!.length)
    const keys = rows.map((row) => row.itemId ?? row.name ?? row['definition.name'])
    expect(keys.slice(0, first.length)).toEqual(first)
    for (const [n, entry] of body[list]!.entries())
      for (const [name, value] of Object.entries(entry))
        if (['string', 'number', 'boolean'].includes(typeof value) && value !== '=1+1')
          expect(rows[n]![name]).toBe(String(value))
  })

  test('is JSON for other clients', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, text/csv;q=0.5', 'text/html'])
      expect((await csvOf(path, accept)).response.headers.get('Content-Type')).toBe('application/json')
    expect(
      (await csvOf(path, 'text/csv, application/json;q=0.9')).response.headers.get('Content-Type'),
    ).toMatch(/^text\/csv/)
  })
})

test('attributes are columns, formulas are text, and the next page is linked', async () => {
  const { response, text } = await csvOf('/items?limit=2')
  expect(text).toBe(
    'itemId,title,attributes.year,attributes.genres,hidden,availableFrom,availableUntil\r\n' +
      'a,"One, ""two""",1990,X|Y,false,,\r\n' +
      "b,'=1+1,,,true,,\r\n",
  )
  const link = /^<(.*)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1]
  expect((await csvOf(`/items${link}`)).text).toMatch(/^itemId.*\r\nc,/)
})

test('an error is a problem document for a client that wants CSV, too', async () => {
  const response = await app.request('/items?limit=0', { headers: { Accept: 'text/csv' } })
  expect(response.status).toBe(400)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
})
