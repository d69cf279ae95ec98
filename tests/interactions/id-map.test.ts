import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { compareIds, createIdNumbering } from '../../src/interactions/id-numbering.ts'

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

test('a numbering numbers ids as they come and sorts them in the end', () => {
  const numbering = createIdNumbering()
  expect(['b', '😀', 'a', 'b', '\uFFFD', 'a'].map(numbering.numberOf)).toEqual([0, 1, 2, 0, 3, 2])
  const { ids, places } = numbering.inOrder()
  expect(ids.ids).toEqual(['a', 'b', '\uFFFD', '😀'])
  expect([...places]).toEqual([1, 3, 0, 2])
})
