import { describe, expect, test } from 'vitest'
import { joinEntries } from '../../src/interactions/csr/join.ts'
import { hashHoldout } from '../../src/splits/random-holdout.ts'
import { strongGeneralization } from '../../src/splits/strong-generalization.ts'
import { withValidation } from '../../src/splits/with-validation.ts'
import { interactionsOf, listOf, world } from './world.ts'

describe('withValidation', () => {
  test('trains on training and validation ratings and shows both as histories', () => {
    const split = hashHoldout(world)
    const final = withValidation(split)
    const list = (matrix: typeof split.train) => listOf(matrix, split.users.ids, split.items)
    expect(list(final.train).toSorted()).toEqual(
      [...list(split.train), ...list(split.validation.targets)].toSorted(),
    )
    const tested = new Set(list(split.test.targets))
    expect(list(final.train)).toEqual(
      listOf(world.matrix, world.users.ids, world.items).filter((rating) => !tested.has(rating)),
    )
    expect(final.test.histories).toBe(final.train)
    expect(final.test.targets).toBe(split.test.targets)
  })

  test('knows a user again whose only training ratings were in the validation part', () => {
    const items = Array.from({ length: 200 }, (_, n) => `i${n}`)
    const whole = hashHoldout(interactionsOf(items.map((itemId) => ({ userId: 'u', itemId, value: 4 }))))
    const tuned = whole.items.idOf(whole.validation.targets.indices[0]!)
    const tested = whole.items.idOf(whole.test.targets.indices[0]!)
    const split = hashHoldout(
      interactionsOf([tuned, tested].map((itemId) => ({ userId: 'u', itemId, value: 4 }))),
    )
    expect([...split.test.users]).toEqual([-1])
    expect([...withValidation(split).test.users]).toEqual([0])
  })

  test('trains on whole validation users, after the training users, and shows the test users the same history', () => {
    const split = strongGeneralization(world, { seed: 1 })
    const final = withValidation(split)
    const list = (matrix: typeof split.train, ids: readonly string[]) => listOf(matrix, ids, split.items)
    expect(list(final.train, final.users.ids)).toEqual([
      ...list(split.train, split.users.ids),
      ...listOf(
        joinEntries(split.validation.histories, split.validation.targets),
        split.validationUserIds,
        split.items,
      ),
    ])
    expect(final.users.size).toBe(final.train.rows)
    expect(final.test).toBe(split.test)
    expect(split.testUserIds.filter((id) => final.users.indexOf(id) !== undefined)).toEqual([])
  })
})
