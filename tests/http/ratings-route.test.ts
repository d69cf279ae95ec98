import { describe, expect, test } from 'vitest'
import type { EventWeights } from '../../src/config/event-kinds.ts'
import { createApp } from '../../src/http/app.ts'
import { createRatingParser } from '../../src/ratings/rating-fields.ts'
import { createTestApp, post } from './test-app.ts'

const { app, ...parts } = await createTestApp()
const { database, ratings } = parts
const dependencies = { ...parts, pingDatabase: () => database.sql`select 1` }
const save = async (body: unknown) => (await app.request('/ratings', post(body))).json()

test('one rating is saved, before any model is trained', async () => {
  expect(await save({ userId: 'u', itemId: 'a', value: 4 })).toEqual({
    inserted: 1,
    updated: 0,
    unchanged: 0,
  })
  expect(await ratings.of('u')).toEqual([{ itemId: 'a', value: 4 }])
})

test('several are saved at once, and counted by outcome', async () => {
  const given = [
    { userId: 'u', itemId: 'a', value: 5 },
    { userId: 'u', itemId: 'a', value: 1, time: 0 },
    { userId: 'v', itemId: 'new', value: 0.5, time: 1_700_000_000.5 },
  ]
  expect(await save(given)).toEqual({ inserted: 1, updated: 1, unchanged: 1 })
  expect(await ratings.of('u')).toEqual([{ itemId: 'a', value: 5 }])
  expect(await ratings.of('v')).toEqual([{ itemId: 'new', value: 0.5 }])
})

describe('a time', () => {
  test.each([
    [1_700_000_000],
    [1_700_000_000_000],
    ['1700000000'],
    ['1700000000000'],
    ['2023-11-14T22:13:20Z'],
    ['2023-11-14 23:13:20+01:00'],
  ])('may be %j', async (time) => {
    const userId = `at ${JSON.stringify(time)}`
    expect(await save({ userId, itemId: 'a', value: 4, time })).toMatchObject({ inserted: 1 })
    const [stored] = await database.sql`
      select extract(epoch from rated_at)::float8 as seconds from ratings where user_id = ${userId}`
    expect(stored).toEqual({ seconds: 1_700_000_000 })
  })

  test.each([[-1], [Date.now() / 1000 + 86_500], ['2099-01-01'], ['yesterday'], ['2023-02-30'], [null]])(
    'may not be %j',
    async (time) => {
      expect(await save([{ userId: 'never', itemId: 'a', value: 4, time }])).toMatchObject({
        detail:
          'In the body, /0/time must be Unix seconds, Unix milliseconds or ISO 8601, from 1970 to a day from now.',
      })
      expect(await ratings.of('never')).toEqual([])
    },
  )
})

test('none is saved if one of them is rejected', async () => {
  const given = [
    { userId: 'w', itemId: 'a', value: 5 },
    { userId: 'w', itemId: 'b', value: 'five' },
  ]
  expect(await save(given)).toMatchObject({ errors: [{ in: 'body', at: '/1/value' }] })
  expect(await ratings.of('w')).toEqual([])
})

describe('events other than ratings', () => {
  const valueOfKind = async (kind: string, weights?: EventWeights) => {
    const weighed = weights ? createApp({ ...dependencies, eventWeights: weights }) : app
    const userId = `${kind} ${JSON.stringify(weights)}`
    const response = await weighed.request('/ratings', post({ userId, itemId: 'a', kind }))
    expect(response.status).toBe(200)
    return (await ratings.of(userId))[0]!.value
  }
  const kinds = ['like', 'purchase', 'view', 'dislike']

  test('have the values of a scale of five stars by default', async () => {
    expect(await Promise.all(kinds.map((kind) => valueOfKind(kind)))).toEqual([5, 4, 3, 1])
  })

  test('have the configured values, including negative ones', async () => {
    const weights = { like: 1, purchase: 1, view: 0.3, dislike: -1 }
    expect(await Promise.all(kinds.map((kind) => valueOfKind(kind, weights)))).toEqual([1, 1, 0.3, -1])
  })

  test('have the value sent with them', async () => {
    await save({ userId: 'dear', itemId: 'a', kind: 'purchase', value: 4.5 })
    expect(await ratings.of('dear')).toEqual([{ itemId: 'a', value: 4.5 }])
  })

  test('may be of a kind that the configuration adds', async () => {
    expect(await valueOfKind('save', { save: 3.2 })).toBe(3.2)
    expect(await save({ userId: 'u', itemId: 'a', kind: 'Save', value: 1 })).toMatchObject({
      errors: [{ in: 'body', at: '/kind' }],
    })
  })

  test('a rating without a value and an unknown kind are rejected', async () => {
    for (const kind of [undefined, 'rating'])
      expect(await save({ userId: 'u', itemId: 'a', kind })).toMatchObject({
        errors: [{ in: 'body', at: '/value' }],
      })
    expect(await save([{ userId: 'u', itemId: 'a', kind: 'hum', value: 1 }])).toMatchObject({
      errors: [{ in: 'body', at: '/0/kind' }],
    })
  })
})

describe('a user of every id that a file may contain can be read and erased:', () => {
  const ids = ['x'.repeat(400), '😀'.repeat(200), '...', '%2e%2e', '../x', 'a/b?c#d', '\\', '\t\n ', '"']

  test.each(ids)('%j', async (userId) => {
    const parse = createRatingParser({})
    expect(parse(userId, 'a', '4', undefined)).toEqual({ userId, itemId: 'a', value: 4 })
    expect(await save({ userId, itemId: 'a', value: 4 })).toMatchObject({ inserted: 1 })
    const path = `/users/${encodeURIComponent(userId)}`
    const erased = await app.request(path, { method: 'DELETE' })
    expect(await erased.json()).toMatchObject({ userId, erasedRatings: 1 })
    expect(await ratings.of(userId)).toEqual([])
  })

  test.each(['.', '..', 'x'.repeat(401), '😀'.repeat(201), 'a\0'])('but not %j', async (userId) => {
    expect(createRatingParser({})(userId, 'a', '4', undefined)).toMatch(/^the user id /)
    expect(await save({ userId, itemId: 'a', value: 4 })).toMatchObject({
      errors: [{ in: 'body', at: '/userId' }],
    })
  })
})
