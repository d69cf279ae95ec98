import { describe, expect, test } from 'vitest'
import { rowLength } from '../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { interactionsFromEntries } from '../../src/interactions/interactions-from-entries.ts'
import { holdOutPeriod } from '../../src/splits/hold-out-period.ts'

const ids = (prefix: string, size: number) =>
  createIdMap(Array.from({ length: size }, (_, n) => `${prefix}${n}`))

/** Users 0–9 rated items 0–3 at the times 1–4 and 4–7 at 11–14; users 10–19 only the latter; user 20 but item 4. */
const rows: [user: number, item: number, time: number][] = []
for (let user = 0; user < 20; user++)
  for (let item = user < 10 ? 0 : 4; item < 8; item++) rows.push([user, item, item < 4 ? item + 1 : item + 7])
rows.push([20, 4, 11])
const interactions = interactionsFromEntries(ids('u', 21), ids('i', 8), {
  row: Int32Array.from(rows, ([user]) => user),
  column: Int32Array.from(rows, ([, item]) => item),
  values: new Float32Array(rows.length).fill(3),
  times: Float64Array.from(rows, ([, , time]) => time),
})
const options = {
  since: 10,
  test: { share: 0.5, most: 100 },
  validation: { share: 0.1, most: 100 },
  targetShare: 0.5,
  positiveThreshold: 3,
  seed: 1,
}
const split = holdOutPeriod(interactions, options)
const itemsOf = ({ indices, offsets }: (typeof split)['train'], row: number) => [
  ...indices.subarray(offsets[row], offsets[row + 1]),
]

describe('holding out a period', () => {
  test('has the latest ratings of the period as targets and all earlier ones as histories', () => {
    for (const [n, user] of split.testUsers.entries()) {
      expect(itemsOf(split.test.targets, n)).toEqual([6, 7])
      expect(itemsOf(split.test.histories, n)).toEqual(user < 10 ? [0, 1, 2, 3, 4, 5] : [4, 5])
    }
  })

  test('trains on all ratings except those of its users in the period', () => {
    const heldOut = new Set([...split.testUsers, ...split.validationUsers])
    for (let user = 0; user < 21; user++) {
      const all = itemsOf(interactions.matrix, user)
      expect(itemsOf(split.train, user)).toEqual(heldOut.has(user) ? all.filter((item) => item < 4) : all)
    }
  })

  test('samples the requested number of users, each for one part, the same ones for a seed', () => {
    expect([split.testUsers.length, split.validationUsers.length]).toEqual([10, 2])
    expect(new Set([...split.testUsers, ...split.validationUsers]).size).toBe(12)
    expect(holdOutPeriod(interactions, options).testUsers).toEqual(split.testUsers)
    expect(holdOutPeriod(interactions, { ...options, seed: 2 }).testUsers).not.toEqual(split.testUsers)
    const few = holdOutPeriod(interactions, { ...options, test: { share: 0.5, most: 3 } })
    expect(few.testUsers).toHaveLength(3)
  })

  test('leaves users a history: a single rating is never a target', () => {
    const all = holdOutPeriod(interactions, {
      ...options,
      test: { share: 1, most: 100 },
      validation: { share: 0, most: 1 },
      targetShare: 0.99,
      positiveThreshold: 3,
    })
    expect(all.testUsers).toHaveLength(20)
    for (let n = 0; n < 20; n++) expect(rowLength(all.test.histories, n)).toBeGreaterThan(0)
  })

  test('chooses among ratings of one second at random, since an order by item would favor some', () => {
    const atOnce = { ...interactions, times: interactions.times!.map((time) => (time > 10 ? 11 : time)) }
    const { test: heldOut } = holdOutPeriod(atOnce, options)
    expect(new Set(heldOut.targets.indices)).toEqual(new Set([4, 5, 6, 7]))
    expect(heldOut.targets.indices).toHaveLength(20)
  })

  test('needs times', () => {
    const { times: _, ...timeless } = interactions
    expect(() => holdOutPeriod(timeless, options)).toThrow('no times')
  })
})
