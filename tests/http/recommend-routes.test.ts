import { beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { recommendation } from '../../src/http/responses.ts'
import { createTestApp, post } from './test-app.ts'

const { app, database, ratings, train } = await createTestApp()
let version: number
type ResponseBody = z.infer<typeof recommendation> & { userId?: string; requestId?: string }
const read = async (response: Response) => (await response.json()) as ResponseBody
const get = async (path: string) => read(await app.request(path))
const idsOf = ({ items }: ResponseBody) => items.map(({ itemId }) => itemId)

beforeAll(async () => {
  version = await train()
  await database.sql`insert into items (id, title) values ('a', 'Alpha'), ('c', 'Gamma')`
  await ratings.save([{ userId: 'known', itemId: 'd', value: 4 }])
})

describe('GET /recommend/:userId', () => {
  test('recommends to a known user by the history, with titles', async () => {
    const list = await get('/recommend/known')
    expect(list).toEqual({
      userId: 'known',
      requestId: expect.any(String),
      model: { name: 'projection', version },
      basis: 'history',
      historySize: 1,
      asOf: expect.any(String),
      items: [
        { itemId: 'c', title: 'Gamma', score: expect.closeTo(2.04) },
        { itemId: 'a', title: 'Alpha', score: expect.closeTo(0.6) },
        { itemId: 'b', title: null, score: expect.closeTo(0.4) },
      ],
    })
  })

  test('has k items', async () => {
    expect(idsOf(await get('/recommend/known?k=2'))).toEqual(['c', 'a'])
    expect(idsOf(await get('/recommend/known?k=1000'))).toEqual(['c', 'a', 'b'])
  })

  test('recommends to an unknown user by popularity', async () => {
    const list = await get('/recommend/unknown?k=2&model=projection')
    expect(list).toMatchObject({ basis: 'popularity', historySize: 0 })
    expect(idsOf(list)).toEqual(['c', 'a'])
  })

  test('recommends by popularity if the model knows no item of the history', async () => {
    await ratings.save([{ userId: 'avantgarde', itemId: 'brand new', value: 5 }])
    expect(await get('/recommend/avantgarde')).toMatchObject({ basis: 'popularity', historySize: 1 })
  })

  test('includes a rating from the next request on', async () => {
    expect(idsOf(await get('/recommend/fresh'))).toEqual(['c', 'a', 'd', 'b'])
    const saved = await app.request('/ratings', post({ userId: 'fresh', itemId: 'b', value: 5 }))
    expect(await saved.json()).toEqual({ inserted: 1, updated: 0, unchanged: 0 })
    expect(await get('/recommend/fresh')).toMatchObject({ basis: 'history', historySize: 1 })
    expect(idsOf(await get('/recommend/fresh'))).toEqual(['a', 'c', 'd'])
  })

  test.each([
    "o'brien",
    'a"b',
    'a/b',
    '../x',
    'a?b#c',
    '100%',
    '💿',
    'ünï cödé',
    '{userId}',
    ':userId',
    '%2F',
  ])('knows the user %s', async (userId) => {
    await ratings.save([{ userId, itemId: 'd', value: 4 }])
    expect(await get(`/recommend/${encodeURIComponent(userId)}?k=1`)).toMatchObject({
      userId,
      basis: 'history',
      items: [{ itemId: 'c' }],
    })
  })
})

describe('POST /recommend', () => {
  const recommendTo = async (body: object) => read(await app.request('/recommend', post(body)))

  test('recommends for a history the same as for a user with that history', async () => {
    const { userId: _, ...known } = await get('/recommend/known')
    const generated = { requestId: expect.any(String), asOf: expect.any(String) }
    expect(await recommendTo({ history: [{ itemId: 'd', value: 4 }] })).toEqual({
      ...known,
      ...generated,
      ignored: [],
    })
    expect(await recommendTo({ userId: 'known' })).toEqual({
      ...known,
      ...generated,
      userId: 'known',
      ignored: [],
    })
  })

  test('lists the items that the model does not know', async () => {
    const history = ['x', 'd', 'y'].map((itemId) => ({ itemId, value: 4 }))
    const list = await recommendTo({ history, k: 1 })
    expect(list).toMatchObject({ basis: 'history', historySize: 3, ignored: ['x', 'y'] })
    expect(idsOf(list)).toEqual(['c'])
  })

  test('gives an item without a rating the highest rating', async () => {
    const { items } = await recommendTo({ history: [{ itemId: 'd', value: 5 }] })
    expect((await recommendTo({ history: [{ itemId: 'd' }] })).items).toEqual(items)
  })

  test('recommends for an empty history by popularity', async () => {
    expect(await recommendTo({ history: [], k: 1 })).toMatchObject({
      basis: 'popularity',
      items: [{ itemId: 'c' }],
    })
  })
})
