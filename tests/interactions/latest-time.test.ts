import { expect, test } from 'vitest'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { interactionsFromEntries } from '../../src/interactions/interactions-from-entries.ts'
import { latestTime } from '../../src/interactions/latest-time.ts'

const now = new Date('2026-03-01T00:00:00Z')

function ratingsAt(...times: readonly number[]) {
  return interactionsFromEntries(createIdMap(['a']), createIdMap(times.map((_, n) => `i${n}`)), {
    row: new Int32Array(times.length),
    column: Int32Array.from(times.keys()),
    values: new Float32Array(times.length).fill(5),
    times: times.every(Number.isNaN) ? undefined : Float64Array.from(times),
  })
}

test('the latest time counts, in any order and with missing times', () => {
  expect(latestTime(ratingsAt(100, Number.NaN, 300.5, 200), now)).toEqual(new Date(300_500))
  expect(latestTime(ratingsAt(-100), now)).toEqual(new Date(-100_000))
})

test('no rating is later than the result, though a date has no microseconds', () => {
  expect(latestTime(ratingsAt(12.000_001), now)).toEqual(new Date(12_001))
})

test('ratings from the future and ratings without times are ignored', () => {
  expect(latestTime(ratingsAt(100, now.getTime() / 1000 + 1), now)).toEqual(new Date(100_000))
  expect(latestTime(ratingsAt(Number.NaN), now)).toBeNull()
})
