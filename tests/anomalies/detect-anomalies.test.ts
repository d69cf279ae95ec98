import { describe, expect, test } from 'vitest'
import { defaultAnomalyThreshold, detectAnomalies } from '../../src/anomalies/detect-anomalies.ts'
import { extremeValues } from '../../src/anomalies/extreme-values.ts'
import { listAnomalies } from '../../src/anomalies/list-anomalies.ts'
import { findPromotedItems } from '../../src/anomalies/promoted-items.ts'
import { attackTypes } from '../../src/anomalies/shilling-attack.ts'
import { rowOf } from '../../src/interactions/csr/csr-matrix.ts'
import { transpose } from '../../src/interactions/csr/transpose.ts'
import { fromDense } from '../evaluation/dense.ts'
import { attacked, attackedPlays, realRatings, target } from './planted-attack.ts'

const realUsers = realRatings.users.size

/** The share of pairs of a fake and a real user in which the fake one has the higher score. */
function areaUnderCurve(scores: Float64Array): number {
  let wins = 0
  const [real, fake] = [scores.subarray(0, realUsers), scores.subarray(realUsers)]
  for (const a of fake) for (const b of real) wins += a > b ? 1 : a === b ? 0.5 : 0
  return wins / (real.length * fake.length)
}

describe('detectAnomalies', () => {
  test.each(attackTypes)('ranks the fake users of a %s attack above real ones', (type) => {
    const { scores } = detectAnomalies(attacked({ type }))
    expect(areaUnderCurve(scores)).toBeGreaterThan(0.95)
  })

  test('finds the promoted item, and flags its fake users but few real ones', () => {
    const ratings = attacked({ type: 'average' })
    const { scores, promoted, promotedBy } = detectAnomalies(ratings)
    expect(promoted[0]).toMatchObject({ item: target, rated: 'highest' })
    expect([...promotedBy.subarray(realUsers)].every((place) => place === 0)).toBe(true)
    const flagged = scores.map((score) => (score > defaultAnomalyThreshold ? 1 : 0))
    expect(flagged.subarray(0, realUsers).reduce((a, b) => a + b)).toBeLessThan(0.01 * realUsers)
    expect(flagged.subarray(realUsers).reduce((a, b) => a + b)).toBeGreaterThanOrEqual(0.75 * 24)
    // an item is the strongest evidence against those who rated it
    expect(detectAnomalies(realRatings).promoted).toEqual([])
  })

  test('accepts events of a single value', () => {
    const { matrix } = attacked({ type: 'random' })
    const { scores, promoted } = detectAnomalies({
      matrix: { ...matrix, values: matrix.values.map(() => 1) },
    })
    expect(promoted).toEqual([])
    expect(areaUnderCurve(scores)).toBeGreaterThan(0.95)
  })

  test('accepts one user with one rating', () => {
    const matrix = {
      rows: 1,
      columns: 1,
      offsets: Int32Array.of(0, 1),
      indices: Int32Array.of(0),
      values: Float32Array.of(3),
    }
    expect([...detectAnomalies({ matrix }).scores]).toEqual([0])
  })
})

describe('detectAnomalies on numbers of plays', () => {
  test.each(attackTypes)('ranks the fake users of a %s attack above real ones', (type) => {
    const { scores, feedback } = detectAnomalies(attackedPlays({ type, profiles: 48 }))
    expect(feedback).toBe('implicit')
    expect(areaUnderCurve(scores)).toBeGreaterThan(0.95)
    expect(Math.max(...scores.subarray(0, realUsers))).toBeLessThan(defaultAnomalyThreshold)
  })

  test('finds the item that fake users play far more often than their others', () => {
    const plays = attackedPlays({ type: 'average', profiles: 48 })
    const { promoted, promotedBy } = detectAnomalies(plays)
    expect(promoted.map(({ item, rated }) => ({ item, rated }))).toEqual([{ item: target, rated: 'highest' }])
    const fakes = promotedBy.subarray(realUsers)
    expect(fakes.filter((place) => place === 0).length).toBeGreaterThan(0.75 * fakes.length)
    const [first] = listAnomalies(plays, detectAnomalies(plays), 1)
    expect(first!.reasons[0]).toBe(
      `gave item ${plays.items.idOf(target)} a far higher value than its other items, as other unusual users did`,
    )
  })

  test('the unit of the values does not matter where they are large', () => {
    const { matrix } = attackedPlays({ type: 'random' })
    const [seconds, milliseconds] = [1e3, 1e6].map(
      (unit) => detectAnomalies({ matrix: { ...matrix, values: matrix.values.map((v) => v * unit) } }).scores,
    )
    for (const [user, score] of seconds!.entries()) expect(milliseconds![user]).toBeCloseTo(score, 1)
  })
})

describe('extremeValues', () => {
  const values = (...rows: number[][]) => fromDense(rows)

  test('of ratings are the ends of the scale, and none where all are the same', () => {
    expect([...extremeValues(values([5, 3, 1], [2, 5, 4]), 'explicit')]).toEqual([1, 0, -1, 0, 1, 0])
    expect([...extremeValues(values([1, 1, 1]), 'explicit')]).toEqual([0, 0, 0])
  })

  test('of quantities are those furthest above the mean of the user, whatever their level, and dislikes', () => {
    const quiet = [...Array.from({ length: 19 }, () => 2), 200]
    const loud = quiet.map((value) => 1000 * value)
    const extremes = extremeValues(
      values(
        quiet,
        loud,
        quiet.map(() => 7),
        [-1],
      ),
      'implicit',
    )
    expect([...extremes.keys()].filter((n) => extremes[n] === 1)).toEqual([19, 39])
    expect([...extremes.keys()].filter((n) => extremes[n] === -1)).toEqual([60])
  })
})

test('the probability of a promoted item is that of all pairs of its raters, and its count that of extreme ratings', () => {
  const { matrix } = attacked({ type: 'random' })
  const { distances } = detectAnomalies({ matrix })
  const [first] = findPromotedItems(matrix, distances, extremeValues(matrix, 'explicit'))
  const { indices, values } = rowOf(transpose(matrix), first!.item)
  const [extreme, others] = [5, 0].map((only) =>
    [...indices].filter((_, n) => (values[n] === 5) === (only === 5)),
  )
  let wins = 0
  for (const a of extreme!) for (const b of others!) wins += distances[a]! > distances[b]! ? 1 : 0
  expect(first!.probability).toBeCloseTo(wins / (extreme!.length * others!.length), 10)
  expect(first).toMatchObject({ extremes: extreme!.length, ratings: indices.length })
})

test('listAnomalies names users, the item and the reasons', () => {
  const ratings = attacked({ type: 'segment' })
  const listed = listAnomalies(ratings, detectAnomalies(ratings), 10)
  expect(listed).toHaveLength(10)
  expect(listed.every(({ userId }) => userId.startsWith('fake'))).toBe(true)
  expect(listed.map(({ score }) => score)).toEqual(listed.map(({ score }) => score).toSorted((a, b) => b - a))
  expect(listed[0]!.promotes?.rated).toMatch(/highest|lowest/)
  expect(listed[0]!.reasons.join()).toMatch(
    /gave item .* rating, as other unusual users did.*rarely rated items/,
  )
})

test('listAnomalies gives a reason also where no single measurement is unusual', () => {
  const ratings = attacked({ type: 'average' })
  const listed = listAnomalies(ratings, detectAnomalies(ratings), ratings.users.size)
  expect(listed.filter(({ reasons }) => reasons.length === 0)).toEqual([])
  const combined = listed.filter(({ reasons }) => reasons[0]!.startsWith('the combination of '))
  expect(combined.length).toBeGreaterThan(0)
  for (const { reasons, measurements } of combined) {
    expect(reasons).toHaveLength(1)
    expect(Object.values(measurements).every((score) => Math.abs(score) < 2)).toBe(true)
  }
})
