import { describe, expect, test } from 'vitest'
import { attackTypes } from '../../src/anomalies/shilling-attack.ts'
import { columnCounts, rowOf } from '../../src/interactions/csr/csr-matrix.ts'
import { sliceRows } from '../../src/interactions/csr/select.ts'
import { mean } from '../../src/statistics/mean.ts'
import { attacked, realRatings, target } from './planted-attack.ts'

const real = realRatings.matrix

describe.each(attackTypes)('the %s attack', (type) => {
  const { matrix } = attacked({ type })
  const fakes = sliceRows(matrix, real.rows, matrix.rows)

  test('keeps the real ratings and adds fake users who give the target the highest rating', () => {
    expect(sliceRows(matrix, 0, real.rows)).toEqual(real)
    expect(fakes.rows).toBe(24)
    for (let user = 0; user < fakes.rows; user++) {
      const { indices, values } = rowOf(fakes, user)
      expect(values[indices.indexOf(target)]).toBe(5)
      expect(indices.length).toBe(1 + 60 + (type === 'bandwagon' || type === 'segment' ? 10 : 0))
      expect(values.every((value) => value >= 1 && value <= 5 && Number.isInteger(value))).toBe(true)
    }
  })
})

test('the fillers of the average attack are rated like the items, those of the segment attack lowest', () => {
  const itemMeans = new Map<number, number[]>()
  for (const [n, item] of real.indices.entries())
    itemMeans.set(item, [...(itemMeans.get(item) ?? []), real.values[n]!])
  const meanDistance = (type: 'average' | 'random') => {
    const fakes = sliceRows(attacked({ type, profiles: 100 }).matrix, real.rows, real.rows + 100)
    return mean(
      Array.from(fakes.indices, (item, n) => Math.abs(fakes.values[n]! - mean(itemMeans.get(item)!))),
    )
  }
  expect(meanDistance('average')).toBeLessThan(0.95 * meanDistance('random'))
  const segment = sliceRows(attacked({ type: 'segment' }).matrix, real.rows, real.rows + 24)
  expect(segment.values.filter((value) => value === 1).length).toBe(24 * 60)
  expect(segment.values.filter((value) => value === 5).length).toBe(24 * 11)
})

test('bandwagon profiles share the most rated items, and popular ones draw from the most rated fifth', () => {
  const counts = columnCounts(real)
  const ranked = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]!)
  const bandwagon = columnCounts(sliceRows(attacked({}).matrix, real.rows, real.rows + 24))
  expect(ranked.slice(0, 10).filter((item) => bandwagon[item] === 24).length).toBeGreaterThanOrEqual(9)
  const popular = sliceRows(attacked({ type: 'popular' }).matrix, real.rows, real.rows + 24)
  const least = Math.min(
    ...Array.from(popular.indices)
      .filter((item) => item !== target)
      .map((item) => counts[item]!),
  )
  expect(least).toBeGreaterThanOrEqual(counts[ranked[120]!]!)
})
