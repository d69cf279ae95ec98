import { describe, expect, test } from 'vitest'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import { interactionsFromEntries } from '../../../src/interactions/interactions-from-entries.ts'
import { checkData, checkTestUsers } from '../../../src/retraining/data/data-checks.ts'
import { takeSnapshot } from '../../../src/retraining/data/take-snapshot.ts'
import { parse } from '../small-config.ts'

const day = 86_400
const start = Date.UTC(2026, 0, 1) / 1000
const config = parse({})

/** Each of `users` gives a rating of `value` a day for `days` days from `firstDay` on, each time of another item. */
interface Wave {
  readonly users: readonly string[]
  readonly firstDay: number
  readonly days: number
  readonly value?: number
}

function ratingsOf(waves: readonly Wave[]) {
  const all = waves.flatMap(({ users, firstDay, days, value = 3 }) =>
    users.flatMap((user) =>
      Array.from({ length: days }, (_, n) => ({
        user,
        item: `i${String(firstDay + n).padStart(3, '0')}`,
        value,
        time: start + (firstDay + n + 0.5) * day,
      })),
    ),
  )
  const users = createIdMap([...new Set(all.map(({ user }) => user))].sort())
  const items = createIdMap([...new Set(all.map(({ item }) => item))].sort())
  return interactionsFromEntries(users, items, {
    row: Int32Array.from(all, ({ user }) => users.indexOf(user)!),
    column: Int32Array.from(all, ({ item }) => items.indexOf(item)!),
    values: Float32Array.from(all, ({ value }) => value),
    times: Float64Array.from(all, ({ time }) => time),
  })
}

const at = (days: number) => new Date((start + days * day) * 1000)
const people = (prefix: string, size: number) => Array.from({ length: size }, (_, n) => `${prefix}${n}`)
const fortnight: Wave = { users: people('a', 20), firstDay: 0, days: 14 }

function failed(week: readonly Wave[], given: Parameters<typeof parse>[0] = {}) {
  const previous = { runId: 'before', snapshot: takeSnapshot(ratingsOf([fortnight]), at(14), null) }
  const snapshot = takeSnapshot(ratingsOf([fortnight, ...week]), at(21), previous)
  return checkData(snapshot, parse(given)).filter(({ passed }) => !passed)
}

describe('data checks', () => {
  test('an ordinary week passes them all', () => {
    expect(failed([{ users: people('b', 20), firstDay: 14, days: 7 }])).toEqual([])
  })

  test('a week without ratings says so, and nothing else', () => {
    expect(failed([]).map(({ name, finding }) => [name, finding])).toEqual([
      ['new ratings', expect.stringMatching(/^No rating came since .*2026-01-15/)],
    ])
  })

  test('a collapse in volume is told in ratings a day', () => {
    expect(failed([{ users: ['b'], firstDay: 14, days: 7 }], { checks: { flood: 1 } })).toMatchObject([
      {
        name: 'volume',
        finding:
          '1 ratings came a day, 20 in as long a time before: that is 5 %, less than the 20 % that must come.',
      },
    ])
  })

  test('a flood from few users is told with their share', () => {
    const flood = { users: ['bot'], firstDay: 14, days: 7 }
    expect(
      failed([flood, { users: people('b', 19), firstDay: 14, days: 7 }], { checks: { flood: 0.04 } }),
    ).toMatchObject([
      {
        name: 'flood',
        finding: expect.stringMatching(/hundredth of 20 users gave 5 % .* more than the 4 %/),
      },
    ])
  })

  test('values out of the range of before are told, as are those of a range that is configured', () => {
    const week = [{ users: people('b', 20), firstDay: 14, days: 7, value: 50 }]
    expect(failed(week)).toMatchObject([
      { name: 'range', finding: 'The ratings reach from 3 to 50, and may only reach from 3 to 3.' },
    ])
    expect(failed(week, { checks: { range: [1, 50] } })).toEqual([])
  })

  test('ratings without times, and no ratings at all, are told apart', () => {
    const { times: _, ...timeless } = ratingsOf([fortnight])
    const findings = (ratings: typeof timeless) =>
      checkData(takeSnapshot(ratings, at(14), null), config).map(({ finding }) => finding)
    expect(findings(timeless)[0]).toMatch(/^None of 280 ratings says when it was given/)
    expect(findings(ratingsOf([]))[0]).toMatch(/^There are no ratings/)
  })

  test('too few users to judge by are told with how many are needed', () => {
    expect(checkTestUsers(3, 20, at(0))).toMatchObject({
      passed: false,
      finding: expect.stringContaining(
        'Only 3 users of the period since 2026-01-01 can judge, and 20 are needed',
      ),
    })
  })
})
