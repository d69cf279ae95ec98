import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { compareIds, orderIds } from '../../src/interactions/id-order.ts'
import { createIdTable } from '../../src/ratings/id-table.ts'

const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 4 })

test('an id map leads from ids to numbers and back', () => {
  fc.assert(
    fc.property(fc.uniqueArray(id), (ids) => {
      const map = createIdMap(ids)
      expect(map.size).toBe(ids.length)
      expect(ids.map((each) => map.indexOf(each))).toEqual(ids.map((_, index) => index))
      expect(ids.map((_, index) => map.idOf(index))).toEqual(ids)
    }),
  )
})

test('an id map knows no other ids and no other numbers', () => {
  const map = createIdMap(['a', 'b'])
  expect(map.indexOf('c')).toBeUndefined()
  expect(map.indexOf('toString')).toBeUndefined()
  for (const index of [-1, 2, 0.5])
    expect(() => map.idOf(index)).toThrow(new RangeError(`No id has number ${index}; there are 2`))
})

test('an id map refuses an id that occurs twice, by name', () => {
  expect(() => createIdMap(['a', 'b', 'c', 'b'])).toThrow('Ids must be distinct: b occurs twice')
})

test('ids are ordered as their UTF-8 bytes are', () => {
  const anyId = fc.oneof(id, fc.constantFrom('\uE000', '\uFFFD', '😀', '😀a', '𝟘', '10', '9', ''))
  fc.assert(
    fc.property(anyId, anyId, (a, b) => {
      expect(Math.sign(compareIds(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { numRuns: 1000 },
  )
})

test('the ids of several tables are ordered, each once', () => {
  const [a, b] = [createIdTable(), createIdTable()]
  expect(['b', '😀', 'a', 'b', '7'].map(a.of)).toEqual([0, 1, 2, 0, 3])
  // a number has a place of its own in the table, although its id is the same
  expect(a.ofNumber(7)).toBe(4)
  expect(['\uFFFD', 'b'].map(b.of)).toEqual([0, 1])
  const { ids, placesOf } = orderIds([a, b, a])
  expect(ids.ids).toEqual(['7', 'a', 'b', '\uFFFD', '😀'])
  expect([...placesOf(a)]).toEqual([2, 4, 1, 0, 0])
  expect([...placesOf(b)]).toEqual([3, 2])
  expect(orderIds([]).ids.size).toBe(0)
})

test('ids without surrogates have the same order', () => {
  const simple = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(fc.array(simple), (texts) => {
      const table = createIdTable()
      texts.forEach(table.of)
      expect(orderIds([table]).ids.ids).toEqual([...new Set(texts)].sort(compareIds))
    }),
  )
})
