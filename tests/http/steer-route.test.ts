import { expect, test, vi } from 'vitest'
import { alternatingArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { createTestApp, post } from './test-app.ts'

const { app, ratings, catalog, champions, registry, train } = await createTestApp()
await train()
const time = 1_700_000_000

/** Ten items: those of genre 0 are in one group, those of genre 1 in the other. */
const ids = Array.from({ length: 10 }, (_, n) => `item ${n}`)
await catalog.save(ids.map((id, n) => ({ id, attributes: { genres: [`genre ${n % 2}`], rank: n } })))
await registry.promote(await registry.publish(alternatingArtifact(ids), provenance), {
  by: 'a test',
  reason: 'to serve',
})
await champions.refresh()
await ratings.save(['item 0', 'item 2'].map((itemId) => ({ userId: 'u', itemId, value: 5, time })))

interface List {
  readonly items?: readonly { readonly itemId: string }[]
}

const idsOf = ({ items = [] }: List) => items.map(({ itemId }) => itemId)

async function steer(body: object) {
  const response = await app.request('/steer', post(body))
  const json = (await response.json()) as List & { basis: string; ignored: string[]; detail: string }
  return { status: response.status, json, list: idsOf(json) }
}

const toward = { attribute: 'genres', value: 'genre 1' }
const share = (list: string[]) => list.filter((id) => Number(id.slice(5)) % 2 === 1).length / list.length

test('moves a list toward the attribute the further, the greater the strength', async () => {
  const lists = await Promise.all(
    [-1, 0, 3].map(async (strength) => (await steer({ userId: 'u', toward, strength, k: 3 })).list),
  )
  expect(lists.map(share)).toEqual([0, 0, 1])
})

test('gives the list of /recommend at strength 0, without items that the user has rated', async () => {
  const { list, json } = await steer({ userId: 'u', toward, strength: 0, k: 8 })
  const recommended = (await (await app.request('/recommend/u?k=8')).json()) as List
  expect(list).toEqual(idsOf(recommended))
  expect(list).not.toContain('item 0')
  expect(json).toMatchObject({ basis: 'history', toward, strength: 0, ignored: [] })
})

test('takes a history and the options of a list', async () => {
  const history = [{ itemId: 'item 4' }, { itemId: 'unknown' }]
  const { json, list } = await steer({
    history,
    toward,
    strength: 3,
    k: 4,
    filter: 'rank >= 5',
    exclude: ['item 9'],
  })
  expect(list).toEqual(['item 7', 'item 5', 'item 6', 'item 8'])
  expect(json.ignored).toEqual(['unknown'])
})

test('moves a user without ratings along the direction alone', async () => {
  const { json, list } = await steer({ userId: 'unknown', toward, strength: 1, k: 5 })
  expect(json.basis).toBe('direction')
  expect(list).toEqual(['item 9', 'item 7', 'item 5', 'item 3', 'item 1'])
})

test('gives a user without ratings the most popular items at strength 0, as /recommend does', async () => {
  const { json, list } = await steer({ userId: 'unknown', toward, strength: 0, k: 5 })
  expect(json.basis).toBe('popularity')
  const popular = (await (await app.request('/recommend/unknown?k=5')).json()) as List
  expect(list).toEqual(idsOf(popular))
})

test('refuses a value that no item has, and says how many have it', async () => {
  const { status, json } = await steer({ userId: 'u', toward: { attribute: 'genres', value: 'none' } })
  expect(status).toBe(422)
  expect(json.detail).toContain('0 of the 10 items of projection have genres = "none"')
})

test('follows a change of the catalog', async () => {
  await catalog.save(ids.map((id, n) => ({ id, attributes: { genres: [`genre ${(n + 1) % 2}`], rank: n } })))
  // a catalog is read again after a second
  await vi.waitFor(
    async () => {
      const { list } = await steer({ userId: 'unknown', toward, strength: 1, k: 5 })
      expect(share(list)).toBe(0)
    },
    { timeout: 5000, interval: 200 },
  )
})
