import { describe, expect, test } from 'vitest'
import { lastPeriod } from '../../src/splits/last-period.ts'
import { interactionsOf, listOf, world, worldRatings } from './world.ts'

const rate = (userId: string, itemId: string, time: number) => ({ userId, itemId, value: 3, time })

describe('lastPeriod', () => {
  test('has later ratings as targets, in the last period and the one before it', () => {
    const ratings = [
      ...[1, 2, 3, 4, 5, 6].map((time) => rate('early', `i${time}`, time)),
      rate('early', 'i7', 7),
      rate('between', 'i1', 8), // first seen in the validation period: trained on
      rate('between', 'i2', 9),
      rate('late', 'i1', 10), // first seen in the last period: left out
    ]
    const split = lastPeriod(interactionsOf(ratings), 0.2)
    const list = (matrix: typeof split.train) => listOf(matrix, split.users.ids, split.items)
    expect(list(split.train)).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((time) => `early i${time} 3`),
      'between i1 3',
    ])
    expect(list(split.validation.targets)).toEqual(['early i7 3'])
    expect(list(split.test.targets)).toEqual(['between i2 3'])
    expect([...split.test.users]).toEqual([0, 1, -1])
  })

  test('leaves nothing in training that was rated after the cut', () => {
    const { train, validation, test, users, items } = lastPeriod(world)
    const times = new Map(
      worldRatings.map((rating) => [`${rating.userId} ${rating.itemId} ${rating.value}`, rating.time!]),
    )
    const timesOf = (matrix: typeof train) =>
      listOf(matrix, users.ids, items).map((entry) => times.get(entry)!)
    const testFrom = Math.min(...timesOf(test.targets))
    expect(Math.max(...timesOf(train), ...timesOf(validation.targets))).toBeLessThan(testFrom)
    const late = worldRatings.filter(({ time }) => time! >= testFrom).length
    expect(late / worldRatings.length).toBeCloseTo(0.1, 3)
  })

  test('keeps ratings of the same second together', () => {
    const ratings = [1, 1, 2, 2, 2, 3, 3, 3, 3, 3].map((time, n) => rate('u', `i${n}`, time))
    const { train, validation, test } = lastPeriod(interactionsOf(ratings), 0.3)
    expect([train, validation.targets, test.targets].map(({ values }) => values.length)).toEqual([2, 3, 5])
  })

  test('trains on ratings without a time', () => {
    const ratings = Array.from({ length: 10 }, (_, n) => rate('u', `i${n}`, n === 9 ? Number.NaN : n))
    const { train, validation, test, items } = lastPeriod(interactionsOf(ratings), 0.2)
    expect([...train.indices].map((item) => items.idOf(item))).toEqual(['i0', 'i1', 'i2', 'i3', 'i4', 'i9'])
    expect([validation, test].map(({ targets }) => targets.values.length)).toEqual([2, 2])
  })

  test('says so when the ratings have no times, or all one', () => {
    const { times: _, ...untimed } = world
    expect(() => lastPeriod(untimed)).toThrow('The ratings have no times')
    const once = interactionsOf(Array.from({ length: 20 }, (_, n) => rate('u', `i${n}`, 7)))
    expect(() => lastPeriod(once)).toThrow('20 ratings from 7 to 7')
  })
})
