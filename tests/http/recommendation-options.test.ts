import { beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, post } from './test-app.ts'

const { app, database, ratings, train } = await createTestApp()

// scores of u: c 2.04, a 0.6, b 0.4; rated: d
beforeAll(async () => {
  await train()
  await database.sql`
    insert into items (id, title, attributes) values
      ('a', 'Alpha', '{"genres": ["Comedy"], "year": 1999}'), ('b', 'Beta', '{"genres": ["Comedy", "Drama"], "year": 1985}'),
      ('c', 'Gamma', '{"genres": ["Drama"], "year": 2005}')`
  await ratings.save([{ userId: 'u', itemId: 'd', value: 4 }])
})

interface ResponseBody {
  readonly items: readonly { readonly itemId: string; readonly propensity?: number }[]
  readonly explore?: { readonly seed: number }
}
const history = [{ itemId: 'd', value: 4 }]
const idsOf = ({ items }: ResponseBody) => items.map(({ itemId }) => itemId).join('')
const get = async (query: string) => {
  const response = await app.request(`/recommend/u?${query}`)
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as ResponseBody
}
const recommendTo = async (body: object) => {
  const response = await app.request('/recommend', post({ history, ...body }))
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as ResponseBody
}
const encoded = encodeURIComponent

describe('a list has', () => {
  test.each<[query: string, body: object, ids: string]>([
    ['exclude=c', { exclude: ['c'] }, 'ab'],
    ['exclude=c&exclude=a&exclude=unknown', { exclude: ['c', 'a', 'unknown'] }, 'b'],
    ['exclude=c,a,unknown', { exclude: ['c', 'a', 'unknown'] }, 'b'],
    ['exclude=c,unknown&exclude=a', { exclude: ['c', 'unknown', 'a'] }, 'b'],
    ['include=a,b', { include: ['a', 'b'] }, 'ab'],
    ['include=a&include=b&include=d', { include: ['a', 'b', 'd'] }, 'ab'],
    ['include=unknown', { include: ['unknown'] }, ''],
    ['excludeSeen=false', { excludeSeen: false }, 'cdab'],
    [`filter=${encoded('genre in ["Comedy"]')}`, { filter: 'genre in ["Comedy"]' }, 'ab'],
    [
      `filter=${encoded('year >= 1990 and not genre = "Comedy"')}`,
      {
        filter: {
          and: [
            { attribute: 'year', operator: '>=', value: 1990 },
            { not: { attribute: 'genre', in: ['Comedy'] } },
          ],
        },
      },
      'c',
    ],
    [
      `include=a&include=c&filter=${encoded('year > 2000')}`,
      { include: ['a', 'c'], filter: 'year > 2000' },
      'c',
    ],
    ['popularityPenalty=3', { popularityPenalty: 3 }, 'bca'],
    ['diversity=1&k=2', { diversity: 1, k: 2 }, 'cb'],
  ])('the items requested by %s', async (query, body, ids) => {
    expect(idsOf(await get(query))).toBe(ids)
    expect(idsOf(await recommendTo(body))).toBe(ids)
  })

  test('items by their current attributes', async () => {
    const filter = `filter=${encoded('year = 2031')}`
    expect(idsOf(await get(filter))).toBe('')
    await database.sql`update items set attributes = '{"year": 2031}' where id = 'c'`
    await expect.poll(async () => idsOf(await get(filter))).toBe('c')
  })
})

describe('an exploring list', () => {
  test('is the same for the same seed, in a query and in a body, with propensities', async () => {
    const first = await get('explore=true&k=3')
    const { seed } = first.explore!
    const again = await get(`explore=${seed}&k=3`)
    expect(again.items).toEqual(first.items)
    expect((await recommendTo({ explore: { seed }, k: 3 })).items).toEqual(first.items)
    for (const { propensity } of first.items) {
      expect(propensity).toBeGreaterThan(0)
      expect(propensity).toBeLessThanOrEqual(1)
    }
  })

  test('is the best list for half of the seeds', async () => {
    const best = idsOf(await get('k=3'))
    const lists = await Promise.all(Array.from({ length: 40 }, (_, seed) => get(`explore=${seed}&k=3`)))
    const same = lists.filter((list) => idsOf(list) === best).length
    expect(same).toBeGreaterThan(10)
    expect(same).toBeLessThan(40)
  })

  test('has the most rated items for an empty history, with propensity 1', async () => {
    const body = await recommendTo({ history: [], explore: {} })
    expect(body.items.map(({ propensity }) => propensity)).toEqual([1, 1, 1, 1])
  })
})

describe('rejected is', () => {
  test.each([
    ['diversity=2', 'diversity must be a number from 0 to 1'],
    ['diversity=0.5&explore=1', 'explore cannot be combined with diversity'],
    ['sequential=true&explore=1', 'sequential cannot be combined with diversity or explore'],
    ['sequential=true&k=101', 'k must be at most 100 with sequential'],
    ['explore=maybe', 'explore must be true or a seed'],
    ['filter=year', 'filter ends at character 5'],
    ['excludeSeen=no', 'excludeSeen'],
    ['exclude=', 'exclude.0 must have 1 to 400 characters'],
    ['exclude=a,,c', 'exclude.1 must have 1 to 400 characters'],
    ['exclude=a&exclude=c,', 'exclude.2 must have 1 to 400 characters'],
    ['exclude=a,%20c', 'exclude must not have spaces around an id'],
    [`exclude=${'a,'.repeat(1000)}a`, 'exclude: Too big'],
    ['mood=good', 'mood'],
  ])('%s', async (query, detail) => {
    const response = await app.request(`/recommend/u?${query}`)
    expect(response.status).toBe(400)
    expect(JSON.stringify(await response.json())).toContain(detail)
  })

  const nested = (levels: number) =>
    `${'{"not":'.repeat(levels)}{"attribute":"year","in":[1]}${'}'.repeat(levels)}`
  test.each([
    ['{"filter":{"attribute":"year","value":3}}', '/filter/operator: Invalid option: expected one of "="'],
    ['{"filter":{"attribute":"year","operator":"~","value":3}}', '/filter/operator: Invalid option'],
    ['{"filter":{"and":[{"attribute":"year","in":[]}]}}', '/filter/and/0/in: Too small'],
    ['{"filter":{"not":{"or":[{"not":5}]}}}', '/filter/not/or/0/not: Invalid input: expected object'],
    ['{"filter":"year"}', '/filter ends at character 5'],
    [`{"filter":${nested(21)}}`, '/filter is nested more than 20 levels deep'],
    [`{"filter":${nested(100_000)}}`, '/filter is nested more than 20 levels deep'],
    ['{"include":"a"}', '/include: Invalid input: expected array'],
    ['{"userId":"u"}', 'The body must have either a history or a userId.'],
    ['{"explore":{"seed":-1}}', '/explore/seed: Too small'],
  ])('the body %.80s', async (body, detail) => {
    const response = await app.request('/recommend', post(`{"history":[],${body.slice(1)}`))
    expect(response.status).toBe(400)
    const expected = detail.startsWith('/') ? `In the body, ${detail}` : detail
    expect(((await response.json()) as { detail: string }).detail).toContain(expected)
  })
})
