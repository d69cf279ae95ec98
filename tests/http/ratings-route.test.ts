import { expect, test } from 'vitest'
import { createTestApp, post } from './test-app.ts'

const { app, ratings } = await createTestApp()
const save = async (body: unknown) => (await app.request('/ratings', post(body))).json()

test('one rating is saved, before any model is trained', async () => {
  expect(await save({ userId: 'u', itemId: 'a', value: 4 })).toEqual({
    inserted: 1,
    updated: 0,
    unchanged: 0,
  })
  expect(await ratings.of('u')).toEqual([{ itemId: 'a', value: 4 }])
})

test('many are saved at once, and counted by what became of them', async () => {
  const given = [
    { userId: 'u', itemId: 'a', value: 5 },
    { userId: 'u', itemId: 'a', value: 1, time: 0 },
    { userId: 'v', itemId: 'new', value: 0.5, time: 1_700_000_000.5 },
  ]
  expect(await save(given)).toEqual({ inserted: 1, updated: 1, unchanged: 1 })
  expect(await ratings.of('u')).toEqual([{ itemId: 'a', value: 5 }])
  expect(await ratings.of('v')).toEqual([{ itemId: 'new', value: 0.5 }])
})

test('of many of which one is refused none is saved', async () => {
  const given = [
    { userId: 'w', itemId: 'a', value: 5 },
    { userId: 'w', itemId: 'b', value: 'five' },
  ]
  expect(await save(given)).toMatchObject({ errors: [{ in: 'body', at: '/1/value' }] })
  expect(await ratings.of('w')).toEqual([])
})
