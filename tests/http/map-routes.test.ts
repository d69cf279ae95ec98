import { expect, test } from 'vitest'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { createTestApp } from './test-app.ts'

const { app, ratings, champions, registry, catalog, train } = await createTestApp()

/** Users of the map: two who like a and b, and two who like c and d. */
const map = {
  items: {
    positions: Float32Array.of(-1, 0, -0.5, 0, 1, 0, 0.5, 0),
    quality: { map: Number.NaN, components: Number.NaN },
  },
  users: {
    projection: { mean: Float32Array.of(2, 2), components: Float32Array.of(1, 0, 0, 1) },
    anchors: {
      dimensions: 2,
      points: Float32Array.from(
        Array.from({ length: 20 }, (_, n) => (n < 10 ? [0.7, -0.7] : [-0.7, 0.7])).flat(),
      ),
      positions: Float32Array.from(
        Array.from({ length: 20 }, (_, n) => (n < 10 ? [-0.75, n / 10] : [0.75, n / 10])).flat(),
      ),
    },
    activity: Float32Array.from({ length: 20 }, (_, n) => n),
    quality: { map: 0.75, components: 0.5 },
  },
}

await train()
const withoutMap = await get('/map/items')
await registry.promote(await registry.publish({ ...projectionArtifact(0.1), map }, provenance), {
  by: 'a test',
  reason: 'to serve',
})
await champions.refresh()
await catalog.save([{ id: 'a', title: 'Alien', attributes: {} }])
const time = 1_700_000_000
await ratings.save([
  { userId: 'u', itemId: 'a', value: 5, time },
  { userId: 'u', itemId: 'b', value: 5, time },
])

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await app.request(path, { headers })
  const text = await response.text()
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
}

test('a version without a map says what to do', () => {
  expect(withoutMap.status).toBe(422)
  expect(withoutMap.json.detail).toContain('projection version 1 has no map of items')
})

test('GET /map/items has every item with its title', async () => {
  const { status, json } = await get('/map/items?model=projection')
  expect(status).toBe(200)
  expect(json).toEqual({
    model: { name: 'projection', version: 2 },
    quality: { map: null, components: null },
    items: [
      { itemId: 'a', title: 'Alien', x: -1, y: 0, isNew: false },
      { itemId: 'b', title: null, x: -0.5, y: 0, isNew: false },
      { itemId: 'c', title: null, x: 1, y: 0, isNew: false },
      { itemId: 'd', title: null, x: 0.5, y: 0, isNew: false },
    ],
  })
})

test('GET /map/items returns CSV where it is accepted', async () => {
  const { text } = await get('/map/items', { Accept: 'text/csv' })
  expect(text.split('\r\n').slice(0, 2)).toEqual(['itemId,x,y,isNew,title', 'a,-1,0,false,Alien'])
})

test('GET /map/users has positions and numbers of ratings, and no ids', async () => {
  const { json } = await get('/map/users')
  expect(json.quality).toEqual({ map: 0.75, components: 0.5 })
  expect(json.users).toHaveLength(20)
  expect(json.users[3]).toEqual({ x: -0.75, y: expect.closeTo(0.3, 6), ratings: 3 })
})

test('a user is placed among the users with similar embeddings', async () => {
  const { json } = await get('/users/u/position')
  expect(json).toMatchObject({ userId: 'u', historySize: 2, model: { name: 'projection', version: 2 } })
  // the median of 0, 0.1 … 0.9
  expect(json.position).toEqual({ x: -0.75, y: expect.closeTo(0.45, 6) })
})

test('a user without ratings has no position', async () => {
  expect((await get('/users/unknown/position')).json).toMatchObject({ historySize: 0, position: null })
})
