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
  test('an ordinary week passes all checks', () => {
    expect(failed([{ users: people('b', 20), firstDay: 14, days: 7 }])).toEqual([])
  })

  test('a week without ratings says so, and nothing else', () => {
    expect(failed([]).map(({ name, finding }) => [name, finding])).toEqual([
      ['new ratings', expect.stringMatching(/^No rating was given since .*2026-01-15/)],
    ])
  })

  test('a collapse in volume is reported in ratings per day', () => {
    expect(failed([{ users: ['b'], firstDay: 14, days: 7 }], { checks: { flood: 1 } })).toMatchObject([
      {
        name: 'volume',
        finding:
          'There were 1 ratings per day, and 20 in the preceding period of equal length: that is 5 %, below the required 20 %.',
      },
    ])
  })

  test('a flood from few users is reported with their share', () => {
    const flood = { users: ['bot'], firstDay: 14, days: 7 }
    expect(
      failed([flood, { users: people('b', 19), firstDay: 14, days: 7 }], { checks: { flood: 0.04 } }),
    ).toMatchObject([
      {
        name: 'flood',
        finding: expect.stringMatching(/most active 1 % of 20 users gave 5 % .* above the limit of 4 %/),
      },
    ])
  })

  test('values outside the previous range or a configured range are reported', () => {
    const week = [{ users: people('b', 20), firstDay: 14, days: 7, value: 50 }]
    expect(failed(week)).toMatchObject([
      { name: 'range', finding: 'The ratings range from 3 to 50; only 3 to 3 is allowed.' },
    ])
    expect(failed(week, { checks: { range: [1, 50] } })).toEqual([])
  })

  test('ratings without times are distinguished from no ratings', () => {
    const { times: _, ...timeless } = ratingsOf([fortnight])
    const findings = (ratings: typeof timeless) =>
      checkData(takeSnapshot(ratings, at(14), null), config).map(({ finding }) => finding)
    expect(findings(timeless)[0]).toMatch(/^None of the 280 ratings has a time/)
    expect(findings(ratingsOf([]))[0]).toMatch(/^There are no ratings/)
  })

  test('too few test users are reported with the required number', () => {
    expect(checkTestUsers(3, 20, at(0))).toMatchObject({
      passed: false,
      finding: expect.stringContaining(
        'The period since 2026-01-01 has only 3 test users, and 20 are required',
      ),
    })
  })
})
