import { beforeAll, expect, test } from 'vitest'
import { createTestApp } from './test-app.ts'

const { app, ratings, train } = await createTestApp()
let version: number

beforeAll(async () => {
  version = await train()
})

test('the embedding is that of the current history', async () => {
  await ratings.save([{ userId: 'u', itemId: 'd', value: 4 }])
  const response = await app.request('/users/u/embedding?model=projection')
  expect(await response.json()).toEqual({
    userId: 'u',
    historySize: 1,
    model: { name: 'projection', version },
    asOf: expect.any(String),
    size: 2,
    embedding: [expect.closeTo(0.4), 2],
    std: [0.25, 0.25],
  })
})

test('an unknown user has the embedding of an empty history', async () => {
  const response = await app.request('/users/unknown/embedding')
  expect(await response.json()).toMatchObject({ historySize: 0, size: 2, embedding: [0, 0] })
})
