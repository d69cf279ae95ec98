import { beforeAll, expect, test } from 'vitest'
import { createTestApp } from './test-app.ts'

const { app, database, ratings, train } = await createTestApp()
let version: number

beforeAll(async () => {
  version = await train()
})

test('the embedding is of the history as it stands', async () => {
  await ratings.save([{ userId: 'u', itemId: 'd', value: 4 }])
  const response = await app.request('/users/u/embedding?model=projection')
  expect(await response.json()).toEqual({
    userId: 'u',
    historySize: 1,
    model: { name: 'projection', version },
    size: 2,
    embedding: [expect.closeTo(0.4), 2],
  })
})

test('somebody unknown has the embedding of an empty history', async () => {
  const response = await app.request('/users/nobody/embedding')
  expect(await response.json()).toMatchObject({ historySize: 0, size: 2, embedding: [0, 0] })
})

test('an erased user is a stranger from the next answer on, and no model is touched', async () => {
  await ratings.save(['a', 'd', 'new'].map((itemId) => ({ userId: 'leaving', itemId, value: 4 })))
  const response = await app.request('/users/leaving', { method: 'DELETE' })
  expect(await response.json()).toEqual({
    userId: 'leaving',
    erasedRatings: 3,
    erasedExposures: 0,
    erasedFeedback: 0,
  })
  expect(await (await app.request('/recommend/leaving')).json()).toMatchObject({
    model: { version },
    basis: 'popularity',
    historySize: 0,
  })
  expect(await database.sql`select 1 from ratings where user_id = 'leaving'`).toEqual([])
})

test('erasing somebody who is not there erases nothing', async () => {
  const response = await app.request('/users/never%2Fseen', { method: 'DELETE' })
  expect(await response.json()).toEqual({
    userId: 'never/seen',
    erasedRatings: 0,
    erasedExposures: 0,
    erasedFeedback: 0,
  })
})
