import { describe, expect, test } from 'vitest'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import type { Manifest } from '../../../src/registry/registry.ts'
import { periodOf } from '../../../src/retraining/run/period.ts'
import { holdOutPeriod } from '../../../src/splits/hold-out-period.ts'
import { parse } from '../small-config.ts'
import { endOfWeek } from '../weekly-world.ts'

const day = 86_400
const instant = endOfWeek(20)
const now = instant.getTime() / 1000

/** A user per age in days of the first of two ratings with this value, a second apart. */
function ratingsOfAges(ages: readonly number[], value = 5) {
  const times = Float64Array.from(ages.flatMap((age) => [now - age * day, now - age * day - 1]))
  const matrix = {
    ...{ rows: ages.length, columns: 2 },
    offsets: Int32Array.from({ length: ages.length + 1 }, (_, user) => 2 * user),
    indices: Int32Array.from(times, (_, n) => n % 2),
    values: new Float32Array(times.length).fill(value),
  }
  return {
    matrix,
    times,
    users: createIdMap(ages.map((_, user) => `u${user}`)),
    items: createIdMap(['a', 'b']),
  }
}

const config = parse({ split: { minUsers: 10 } })
const snapshot = { instant: instant.toISOString(), positives: { threshold: 4 } as never }
const sinceOf = (ages: readonly number[], champions: readonly Manifest[] = [], value?: number) =>
  (now - periodOf(config, snapshot, ratingsOfAges(ages, value), champions).since) / day

const old = Array.from({ length: 300 }, (_, n) => 400 + n)
const recent = Array.from({ length: 100 }, (_, n) => n / 4)

describe('the evaluation period', () => {
  test('is as long as configured where enough users were active', () => {
    expect(sinceOf([...recent, ...old])).toBe(28)
  })

  test('goes back far enough for the test users where few ratings follow old ones', () => {
    const ratings = ratingsOfAges([0, 1, ...old])
    const split = holdOutPeriod(ratings, periodOf(config, snapshot, ratings, []))
    expect(split.testUsers.length).toBeGreaterThanOrEqual(config.split.minUsers)
    expect(split.testUsers.length).toBeLessThan(old.length / 4)
  })

  test('covers all ratings if these have too few users, and is as configured without positives', () => {
    expect(sinceOf([0, 500, 600])).toBeCloseTo(600, 3)
    expect(sinceOf([0, 500, 600], [], 3)).toBe(28)
  })

  test('never includes what a champion has learned from', () => {
    const champion = { trainedUpTo: new Date(instant.getTime() - 2 * day * 1000) } as Manifest
    expect(sinceOf([0, 1, ...old], [champion])).toBe(2)
  })
})
