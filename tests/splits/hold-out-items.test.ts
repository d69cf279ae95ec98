import { expect, test } from 'vitest'
import { entryRows } from '../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { holdOutItems } from '../../src/splits/hold-out-items.ts'
import { protocols, splitBy } from '../../src/splits/protocol.ts'
import type { HeldOut, Split } from '../../src/splits/split.ts'
import { holdsOutRatings } from '../../src/splits/with-validation.ts'
import { lowRankPicks } from '../models/worlds.ts'

const { train: matrix } = lowRankPicks(60, 40, 15, 3)
const ratings: Interactions = {
  matrix,
  users: createIdMap(Array.from({ length: 60 }, (_, user) => `u${user}`)),
  items: createIdMap(Array.from({ length: 40 }, (_, item) => `i${item}`)),
  times: Float64Array.from(matrix.values.keys()),
}

/** The pairs of a matrix, as user rows and item ids. */
function pairsOf(columns: HeldOut['targets'], items: Split['items']): string[] {
  const rows = entryRows(columns)
  return Array.from(columns.indices, (column, n) => `${rows[n]} ${items.idOf(column)}`).sort()
}

test.each(protocols.filter((protocol) => protocol !== 'predefined'))(
  '%s keeps every rating of the other items, and the held-out items of the test users',
  (protocol) => {
    const before = splitBy(protocol, ratings, { rule: 'random', seed: 1, positiveThreshold: 1 })
    const { split, heldOutItems } = holdOutItems(before, 0.2, 7)
    const { items } = heldOutItems
    expect(items.size).toBe(Math.round(0.2 * before.items.size))
    expect([...split.items.ids, ...items.ids].sort()).toEqual([...before.items.ids].sort())
    const isKept = (pair: string) => items.indexOf(pair.split(' ')[1]!) === undefined
    const parts = ({ train, validation, test }: Split) =>
      [train, validation.histories, validation.targets, test.histories, test.targets] as const
    for (const [n, part] of parts(split).entries())
      expect(pairsOf(part, split.items)).toEqual(pairsOf(parts(before)[n]!, before.items).filter(isKept))
    const ofTestUsers = [before.test.histories, before.test.targets].flatMap((part) =>
      pairsOf(part, before.items),
    )
    expect(pairsOf(heldOutItems.targets, items)).toEqual(ofTestUsers.filter((pair) => !isKept(pair)).sort())
    expect(holdsOutRatings(split)).toBe(holdsOutRatings(before))
    expect(split.users).toBe(before.users)
  },
)

test('depends on the seed, and refuses a share that leaves nothing', () => {
  const before = splitBy('random-holdout', ratings, { rule: 'random', seed: 1, positiveThreshold: 1 })
  const idsFor = (seed: number) => holdOutItems(before, 0.2, seed).heldOutItems.items.ids
  expect(idsFor(1)).toEqual(idsFor(1))
  expect(idsFor(1)).not.toEqual(idsFor(2))
  expect(() => holdOutItems(before, 0.001, 1)).toThrow(RangeError)
  expect(() => holdOutItems(before, 0.999, 1)).toThrow(RangeError)
})
