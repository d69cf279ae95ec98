import { expect, test } from 'vitest'
import { Caches } from '../../src/caches/caches.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { cacheUserRatings } from '../../src/ratings/cached-user-ratings.ts'
import type { UserRatings } from '../../src/ratings/user-ratings.ts'
import { FilterMasks, openFilterCaches } from '../../src/recommender/filters/filter-masks.ts'

test('a cache evicts the entries used longest ago, by their bytes', () => {
  const caches = new Caches()
  const cache = caches.open<Uint8Array>({
    name: 'arrays',
    maxBytes: 100,
    bytesOf: ({ byteLength }, key) => byteLength + key.length,
  })
  for (const key of ['a', 'b', 'c']) cache.set(key, new Uint8Array(29))
  expect(caches.usage()).toEqual([{ name: 'arrays', bytes: 90, maxBytes: 100 }])
  cache.get('a')
  cache.set('d', new Uint8Array(39))
  expect([...cache.keys()]).toEqual(['d', 'a', 'c'])
  cache.set('large', new Uint8Array(100))
  expect(cache.has('large')).toBe(false)
  expect(caches.maxBytes).toBe(100)
})

test('the memory that clients can fill with distinct filters is bounded', async () => {
  const caches = new Caches()
  const filterCaches = openFilterCaches(caches)
  const items = createIdMap(Array.from({ length: 200_000 }, (_, n) => `${n}`))
  const masks = new FilterMasks(items, filterCaches)
  const catalog = new Map()
  const long = 'x'.repeat(200)
  for (let n = 0; n < 100; n++)
    await masks.of(
      { attribute: 'id', in: Array.from({ length: 1000 }, (_, m) => `${long} ${n} ${m}`) },
      catalog,
    )
  const [use] = caches.usage()
  expect(use!.bytes).toBeLessThanOrEqual(use!.maxBytes)
  expect(filterCaches.masks.size).toBeLessThan(100)
  for (const key of filterCaches.masks.keys()) expect(key.length).toBeLessThan(200)
})

test('the memory of histories is bounded', async () => {
  const caches = new Caches()
  const history = Array.from({ length: 10_000 }, (_, n) => ({ itemId: `item ${n}`, value: 1 }))
  const source = { of: async () => [...history] } as unknown as UserRatings
  const cached = cacheUserRatings(source, { subscribe: () => {}, isCurrent: () => true }, undefined, caches)
  for (let user = 0; user < 250; user++) await cached.of(`user ${user}`)
  const { bytes, maxBytes } = caches.usage().find(({ name }) => name === 'histories')!
  expect(bytes).toBeLessThanOrEqual(maxBytes)
  expect(bytes).toBeGreaterThan(maxBytes - 1_000_000)
})
