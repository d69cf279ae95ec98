import { expect, test } from 'vitest'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { toHistory } from '../../src/recommender/history.ts'

const itemIds = createIdMap(['a', 'b', 'c', 'd'])

test('rated items become ascending item numbers in any order', () => {
  const rated = [
    { itemId: 'd', value: 4 },
    { itemId: 'b', value: 2 },
  ]
  expect(toHistory(rated, itemIds)).toMatchObject({
    history: { items: Int32Array.of(1, 3), values: Float32Array.of(2, 4) },
    ignored: [],
  })
})

test('unknown items are listed once, in order', () => {
  const rated = ['z', 'a', 'y', 'z'].map((itemId) => ({ itemId, value: 1 }))
  const { history, ignored } = toHistory(rated, itemIds)
  expect(ignored).toEqual(['z', 'y'])
  expect([...history.items]).toEqual([0])
})

test('of two ratings of one item the later in the list counts', () => {
  const rated = [1, 5].map((value) => ({ itemId: 'c', value }))
  expect([...toHistory(rated, itemIds).history.values]).toEqual([5])
})
