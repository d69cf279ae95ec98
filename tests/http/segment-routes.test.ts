import { expect, test } from 'vitest'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { createTestApp } from './test-app.ts'

const { app, ratings, champions, registry, catalog, segments } = await createTestApp()

const map = {
  users: {
    projection: { mean: Float32Array.of(2, 2), components: Float32Array.of(1, 0, 0, 1) },
    anchors: { dimensions: 2, points: new Float32Array(8), positions: new Float32Array(8) },
    activity: new Float32Array(4),
    quality: { map: 1, components: 1 },
  },
}
const version = await registry.publish({ ...projectionArtifact(), map }, provenance)
await registry.promote(version, { by: 'a test', reason: 'to serve' })
await champions.refresh()
await catalog.save([{ id: 'a', title: 'Alien', attributes: {} }])
await ratings.save([{ userId: 'u', itemId: 'c', value: 5, time: 1_700_000_000 }])

const odds = { share: 0.5, shareElsewhere: 0.1, logOdds: 2 }
const segment = (segment: number, name: string, centroid: number[]) => ({
  ...{ segment, name, users: 10 / segment, share: 1 / segment, centroid },
  attributes: [{ attribute: 'genres', value: name, ...odds }],
  items: [{ itemId: 'a', ...odds }],
})

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await app.request(path, { headers })
  const text = await response.text()
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
}

test('a version without segments says how to compute them', async () => {
  for (const path of ['/segments', '/users/u/segment']) {
    const { status, json } = await get(path)
    expect(status).toBe(404)
    expect(json.detail).toContain('npm run segments -- --model projection')
  }
})

test('a version without a map of users says that it cannot have segments, rather than how to compute them', async () => {
  const mapless = await registry.publish({ ...projectionArtifact(), model: 'tilted' }, provenance)
  await registry.promote(mapless, { by: 'a test', reason: 'to serve' })
  await champions.refresh()
  for (const path of ['/segments?model=tilted', '/users/u/segment?model=tilted']) {
    const { status, json } = await get(path)
    expect(status).toBe(422)
    expect(json.detail).toContain('map of users')
    expect(json.detail).not.toContain('npm run segments')
  }
})

test('GET /segments has the stored segments with titles, and no centroids', async () => {
  const measures = { seed: 1, users: 15, silhouette: 0.25, stability: 0.75 }
  const list = [segment(1, 'Horror', [0.7, -0.7]), segment(2, 'Drama', [-0.7, 0.7])]
  await segments.save({ ...version, ...measures, segments: [list[0]!] })
  await segments.save({ ...version, ...measures, segments: list })
  const { json } = await get('/segments')
  expect(json).toMatchObject({ model: { name: 'projection', version: 1 }, ...measures })
  const { centroid: _, ...first } = list[0]!
  expect(json.segments).toHaveLength(2)
  expect(json.segments[0]).toEqual({ ...first, items: [{ itemId: 'a', title: 'Alien', ...odds }] })
  const { text } = await get('/segments', { Accept: 'text/csv' })
  expect(text.split('\r\n').slice(0, 2)).toEqual([
    'segment,name,users,share,attributes,items',
    '1,Horror,10,1,genres=Horror,a',
  ])
})

test('a user is in the segment of the current history', async () => {
  expect((await get('/users/u/segment')).json.segment).toEqual({ segment: 2, name: 'Drama' })
  await ratings.save([
    { userId: 'u', itemId: 'a', value: 5, time: 1_700_000_001 },
    { userId: 'u', itemId: 'b', value: 5, time: 1_700_000_001 },
    { userId: 'u', itemId: 'c', value: 1, time: 1_700_000_002 },
  ])
  expect((await get('/users/u/segment')).json.segment).toEqual({ segment: 1, name: 'Horror' })
  expect((await get('/users/unknown/segment')).json).toMatchObject({ historySize: 0, segment: null })
})
