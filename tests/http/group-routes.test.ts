import { beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, post } from './test-app.ts'

const { app, database, ratings, train } = await createTestApp()
let version: number

// a lies at (1, 0.1), b at (0.5, 0.1), c at (0.1, 1), d at (0.1, 0.5)
beforeAll(async () => {
  version = await train()
  await database.sql`insert into items (id, title) values ('a', 'Alpha'), ('c', 'Gamma')`
  await ratings.save([
    { userId: 'first', itemId: 'b', value: 4 },
    { userId: 'second', itemId: 'd', value: 4 },
    { userId: 'third', itemId: 'a', value: 5 },
    { userId: 'third', itemId: 'd', value: 1 },
  ])
})

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes
async function read(response: Response, status = 200): Promise<any> {
  expect(response.status, await response.clone().text()).toBe(status)
  return response.json()
}
const get = async (path: string, status?: number) => read(await app.request(path), status)
const postTo = async (path: string, body: object, status?: number) =>
  read(await app.request(path, post(body)), status)
const model = () => ({ name: 'projection', version })
const idsOf = (items: { itemId: string }[]) => items.map(({ itemId }) => itemId).join('')

describe('POST /recommend/batch', () => {
  test('has the list of each user, in the order of the request', async () => {
    const userIds = ['second', 'unknown', 'first', 'third']
    const { users, ...rest } = await postTo('/recommend/batch', { userIds, k: 3 })
    expect(rest).toEqual({ requestId: expect.any(String), asOf: expect.any(String), model: model() })
    for (const [n, userId] of userIds.entries()) {
      const { basis, historySize, items } = await get(`/recommend/${userId}?k=3`)
      expect(users[n]).toEqual({ userId, basis, historySize, items })
    }
  })

  test('supports the options of a request for one user', async () => {
    const { users } = await postTo('/recommend/batch', { userIds: ['second', 'first'], exclude: ['c'] })
    expect(users.map(({ items }: { items: { itemId: string }[] }) => idsOf(items))).toEqual(['ab', 'ad'])
  })

  test('supports a thousand users, and rejects more than a hundred thousand items', async () => {
    const userIds = Array.from({ length: 1000 }, (_, n) => `u${n}`)
    expect((await postTo('/recommend/batch', { userIds, k: 100 })).users).toHaveLength(1000)
    await postTo('/recommend/batch', { userIds, k: 101 }, 400)
    await postTo('/recommend/batch', { userIds: [...userIds, 'one more'] }, 400)
  })
})

describe('GET /recommend/:userId/explain/:itemId', () => {
  test('has the exact contribution of each rating to the score', async () => {
    const { reasons, ...rest } = await get('/recommend/third/explain/c')
    expect(rest).toMatchObject({
      userId: 'third',
      itemId: 'c',
      title: 'Gamma',
      model: model(),
      rank: 2,
      leftOut: null,
    })
    expect(rest.score).toBeCloseTo(5 * (0.1 + 0.1) + 0.01 + 0.5, 5)
    expect(reasons).toEqual([
      { itemId: 'a', title: 'Alpha', value: 5, contribution: expect.closeTo(1, 5) },
      { itemId: 'd', title: null, value: 1, contribution: expect.closeTo(0.51, 5) },
    ])
    const history = [{ itemId: 'd', value: 1 }]
    const { items } = await postTo('/recommend', { history, include: ['c'] })
    expect(rest.score - items[0].score).toBeCloseTo(reasons[0].contribution, 5)
  })

  test('has the reason why an item is not in the list', async () => {
    expect(await get('/recommend/third/explain/a')).toMatchObject({ rank: null, leftOut: 'seen' })
    expect(await get('/recommend/third/explain/a?excludeSeen=false')).toMatchObject({
      rank: 1,
      leftOut: null,
    })
    expect(await get('/recommend/third/explain/b?exclude=b')).toMatchObject({
      rank: null,
      leftOut: 'filtered',
    })
    expect(
      await get(`/recommend/third/explain/b?filter=${encodeURIComponent('title = "Gamma"')}`),
    ).toMatchObject({
      leftOut: 'filtered',
    })
    expect(await get('/recommend/second/explain/b')).toMatchObject({ rank: 3, leftOut: null })
    const { type } = await get('/recommend/third/explain/unheard', 404)
    expect(type).toMatch(/unknown-item$/)
  })

  test('explains popularity for an unknown user', async () => {
    expect(await get('/recommend/unknown/explain/a')).toMatchObject({
      basis: 'popularity',
      score: 3,
      rank: 2,
      reasons: [],
    })
  })

  test('omits each of many ratings', async () => {
    const rated = Array.from({ length: 150 }, (_, n) => ({
      userId: 'keen',
      itemId: `strange ${n}`,
      value: 1,
    }))
    await ratings.save([...rated, { userId: 'keen', itemId: 'b', value: 2 }])
    expect((await get('/recommend/keen/explain/a')).reasons).toHaveLength(1)
  })
})

describe('POST /score', () => {
  test('scores items in the order of the request, including rated and unknown ones', async () => {
    const { scores, ...rest } = await postTo('/score', {
      subject: { userId: 'second' },
      items: ['b', 'unheard', 'd', 'c'],
    })
    expect(rest).toMatchObject({ model: model(), basis: 'history', historySize: 1 })
    expect(scores).toEqual([
      { itemId: 'b', score: expect.closeTo(0.4, 5) },
      { itemId: 'unheard', score: null },
      { itemId: 'd', score: expect.closeTo(1.04, 5) },
      { itemId: 'c', score: expect.closeTo(2.04, 5) },
    ])
    const history = [{ itemId: 'd', value: 4 }]
    expect((await postTo('/score', { subject: { history }, items: ['c'] })).scores).toEqual([scores[3]])
  })
})

describe('items', () => {
  test('have vectors', async () => {
    expect(await get('/items/a/embedding')).toEqual({
      itemId: 'a',
      model: model(),
      size: 2,
      embedding: [1, expect.closeTo(0.1)],
    })
    await get('/items/unheard/embedding', 404)
  })

  test('have similar items', async () => {
    const { items } = await get('/items/a/similar?k=2')
    expect(idsOf(items)).toBe('bc')
    expect(items[0].score).toBeGreaterThan(items[1].score)
    expect(idsOf((await get('/items/a/similar?exclude=b')).items)).toBe('cd')
  })
})

describe('GET /users/:userId/similar', () => {
  test('finds the most similar users by their current ratings', async () => {
    const { users, ...rest } = await get('/users/first/similar?k=2')
    expect(rest).toMatchObject({ userId: 'first', model: model(), historySize: 1, indexedUsers: 4 })
    expect(users.map(({ userId }: { userId: string }) => userId)).toEqual(['keen', 'third'])
    // embeddings first (2, 0.4), second (0.4, 2), third (5.1, 1), keen (1, 0.2)
    const mean = [8.5 / 4, 3.6 / 4]
    const [first, other] = [
      [2, 0.4],
      [5.1, 1],
    ].map((point) => point.map((value, axis) => value - mean[axis]!))
    const product = first![0]! * other![0]! + first![1]! * other![1]!
    expect(users[1].similarity).toBeCloseTo(product / Math.hypot(...first!) / Math.hypot(...other!), 5)
    expect(Date.parse(rest.indexedAt)).toBeLessThanOrEqual(Date.now())
  })

  test('does not find erased users', async () => {
    await ratings.erase('keen')
    const { users } = await get('/users/first/similar')
    expect(users.map(({ userId }: { userId: string }) => userId)).toEqual(['third', 'second'])
  })

  test('finds no user similar to an unknown one', async () => {
    expect((await get('/users/unknown/similar')).users).toEqual([])
  })
})

describe('POST /blend', () => {
  const members = [{ userId: 'first' }, { history: [{ itemId: 'd', value: 4 }] }]

  test.each(['mean', 'least-misery', 'product-of-experts'])(
    'blends by %s and leaves out what a member has rated',
    async (blend) => {
      const list = await postTo('/blend', { members, blend, k: 5 })
      expect(list).toMatchObject({ model: model(), blend, basis: 'history', ignored: [] })
      expect(idsOf(list.items).split('').sort().join('')).toBe('ac')
    },
  )

  test('of one member has the list of that member', async () => {
    const { items } = await postTo('/blend', { members: [{ userId: 'second' }] })
    expect(items).toEqual((await get('/recommend/second')).items)
  })

  test('uses popularity if no member is known', async () => {
    const list = await postTo('/blend', { members: [{ userId: 'x' }, { history: [{ itemId: 'y' }] }] })
    expect(list).toMatchObject({ basis: 'popularity', ignored: ['y'] })
    await postTo('/blend', { members: [] }, 400)
  })
})

describe('POST /interpolate', () => {
  test('interpolates between two users', async () => {
    const { lists } = await postTo('/interpolate', {
      from: { userId: 'first' },
      to: { userId: 'second' },
      steps: 3,
      excludeSeen: false,
    })
    expect(lists.map(({ position }: { position: number }) => position)).toEqual([0, 0.5, 1])
    const ends = await Promise.all(
      ['first', 'second'].map((userId) => get(`/recommend/${userId}?excludeSeen=false`)),
    )
    expect(lists[0].items).toEqual(ends[0].items)
    expect(lists[2].items).toEqual(ends[1].items)
    // halfway between (2, 0.4) and (0.4, 2)
    expect(lists[1].items[0].score).toBeCloseTo(1.2 + 0.12, 5)
  })
})
