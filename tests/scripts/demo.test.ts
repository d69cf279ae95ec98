import { expect, test } from 'vitest'
import { plantedSource } from '../../scripts/demo/demo-data.ts'
import { formatNextSteps, formatService } from '../../scripts/demo/format.ts'

const served = {
  url: 'http://127.0.0.1:3000',
  separateDatabase: undefined,
  recommendations: [{ userId: 'a/b', model: 'mult-vae', items: [{ itemId: 'i 1', title: null, score: 1 }] }],
} as const

test('the synthetic ratings have the ids of MovieLens, so that the documented requests work on it', async () => {
  const users = new Set<string>()
  const rated = new Set<string>()
  for await (const page of plantedSource().ratings())
    for (const { userId, itemId } of page) {
      users.add(userId)
      rated.add(itemId)
    }
  const titled = new Set<string>()
  for await (const page of plantedSource().items()) for (const { id } of page) titled.add(id)
  expect(users).toEqual(new Set(Array.from({ length: 943 }, (_, n) => String(n + 1))))
  expect([...rated]).toEqual(expect.arrayContaining(['50', '172']))
  expect([...rated].filter((itemId) => !titled.has(itemId))).toEqual([])
})

test('the requests name a user and an item of the data that the demo used', () => {
  for (const text of [formatService(served), formatNextSteps('http://127.0.0.1:3000', served)]) {
    expect(text).toContain("curl 'http://127.0.0.1:3000/recommend/a%2Fb?k=5'")
    expect(text).toContain("curl 'http://127.0.0.1:3000/items/i%201/similar?k=5'")
  }
})

test('a separate database is named with the command that serves it', () => {
  const text = formatNextSteps(served.url, { ...served, separateDatabase: 'palate_demo_x' })
  expect(text).toContain('npm run serve, with DATABASE_URL naming the database palate_demo_x')
})
