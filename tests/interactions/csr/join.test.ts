import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinEntries } from '../../../src/interactions/csr/join.ts'
import { filterEntries } from '../../../src/interactions/csr/select.ts'
import { fromDense } from '../../evaluation/dense.ts'

describe('joinEntries', () => {
  test('joins a divided matrix', () => {
    const row = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 7, maxLength: 7 })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.func(fc.boolean()), (rows, goesFirst) => {
        const whole = fromDense(rows)
        const first = filterEntries(whole, (user, item) => goesFirst(user, item))
        const second = filterEntries(whole, (user, item) => !goesFirst(user, item))
        expect(joinEntries(first, second)).toEqual(whole)
      }),
    )
  })

  test('refuses different shapes and common entries', () => {
    const a = fromDense([[1, 0, 2]])
    expect(() => joinEntries(a, fromDense([[1, 0]]))).toThrow('1 × 3 with 1 × 2')
    expect(() => joinEntries(a, fromDense([[0, 4, 2]]))).toThrow('(0, 2)')
  })
})
