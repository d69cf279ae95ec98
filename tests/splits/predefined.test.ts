import { describe, expect, test } from 'vitest'
import { predefined } from '../../src/splits/predefined.ts'
import { interactionsOf, listOf, worldRatings } from './world.ts'

const rate = (userId: string, itemId: string, value = 3) => ({ userId, itemId, value })
const training = interactionsOf([rate('b', 'y', 1), rate('a', 'x', 2), rate('a', 'y', 4)])

describe('predefined', () => {
  test('numbers what only the test file has after what the training file has', () => {
    const held = interactionsOf([rate('new', 'y', 5), rate('a', 'only', 4), rate('b', 'x', 1)])
    const { users, items, test } = predefined(training, held, 1)
    expect(users.ids).toEqual(['b', 'a', 'new'])
    expect(items.ids).toEqual(['y', 'x', 'only'])
    expect(listOf(test.targets, users.ids, items)).toEqual(['b x 1', 'a only 4', 'new y 5'])
    expect([...test.users]).toEqual([0, 1, -1])
  })

  test('leaves out test ratings whose pair is in the training file', () => {
    const held = interactionsOf([rate('a', 'x', 5), rate('b', 'x', 5), rate('a', 'y', 4)])
    const { users, items, test } = predefined(training, held, 1)
    expect(listOf(test.targets, users.ids, items)).toEqual(['b x 5'])
  })

  test('takes a seeded tenth of the training ratings for validation and none of the test ratings', () => {
    const [train, held] = [worldRatings.slice(0, 6000), worldRatings.slice(6000)].map(interactionsOf)
    const split = predefined(train!, held!, 1)
    const list = (matrix: typeof split.train) => listOf(matrix, split.users.ids, split.items).toSorted()
    const given = (ratings: typeof worldRatings) =>
      ratings.map(({ userId, itemId, value }) => `${userId} ${itemId} ${value}`).toSorted()
    expect(split.validation.targets.values.length).toBe(600)
    expect([...list(split.train), ...list(split.validation.targets)].toSorted()).toEqual(
      given(worldRatings.slice(0, 6000)),
    )
    expect(list(split.test.targets)).toEqual(given(worldRatings.slice(6000)))
    expect(predefined(train!, held!, 1).train).toEqual(split.train)
    expect(predefined(train!, held!, 2).train).not.toEqual(split.train)
  })
})
