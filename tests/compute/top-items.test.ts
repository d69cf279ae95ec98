import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { topItems } from '../../src/compute/top-items.ts'
import { createRandom } from '../../src/random/random.ts'

const top = (scores: number[], masked: number[], count: number) =>
  Array.from(topItems(Float32Array.from(scores), Int32Array.from(masked), count))

describe('topItems', () => {
  test('puts the highest score first and leaves masked items out', () => {
    expect(top([0.1, 0.9, 0.5, 0.7], [1], 2)).toEqual([3, 2])
  })

  test('ranks equal scores by item number', () => {
    expect(top([1, 2, 1, 2, 1], [], 4)).toEqual([1, 3, 0, 2])
  })

  test('gives fewer items where fewer are left', () => {
    expect(top([1, 2, 3], [0, 2], 5)).toEqual([1])
    expect(top([1], [0], 1)).toEqual([])
  })

  test('takes infinite scores as scores', () => {
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    expect(top([low, 0, high, low, high], [], 5)).toEqual([2, 4, 1, 0, 3])
  })

  test('refuses NaN, masked or not', () => {
    expect(() => top([0, Number.NaN], [], 1)).toThrow('The score of item 1 is NaN')
    expect(() => top([0, Number.NaN], [1], 1)).toThrow('The score of item 1 is NaN')
  })

  test('agrees with a full sort', () => {
    const few = fc.integer({ min: -3, max: 3 })
    fc.assert(
      fc.property(
        fc.array(few, { maxLength: 60 }),
        fc.func(fc.boolean()),
        fc.nat(70),
        (scores, isMasked, count) => {
          const items = [...scores.keys()]
          const masked = items.filter(isMasked)
          const sorted = items
            .filter((item) => !masked.includes(item))
            .sort((a, b) => scores[b]! - scores[a]! || a - b)
          expect(top(scores, masked, count)).toEqual(sorted.slice(0, count))
        },
      ),
    )
  })

  test.each(['rising', 'falling', 'equal', 'random'] as const)(
    'agrees with a full sort of many %s scores',
    (order) => {
      const random = createRandom('top items', order)
      const scoreOf = {
        rising: (item: number) => item,
        falling: (item: number) => -item,
        equal: () => 1,
        random: () => random.integer(500),
      }[order]
      const scores = Array.from({ length: 3000 }, (_, item) => scoreOf(item))
      const masked = [...scores.keys()].filter((item) => item % 7 === 3)
      const sorted = [...scores.keys()]
        .filter((item) => item % 7 !== 3)
        .sort((a, b) => scores[b]! - scores[a]! || a - b)
      for (const count of [0, 1, 100, 700, 2900])
        expect(top(scores, masked, count)).toEqual(sorted.slice(0, count))
    },
  )
})
