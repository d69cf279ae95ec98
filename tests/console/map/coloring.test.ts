import { expect, test } from 'vitest'
import { colorByNumber, colorByText } from '../../../src/console/map/coloring.ts'
import { parseLasso, pointsInside } from '../../../src/console/map/lasso.ts'

test('numbers are in ranges of about as many points, named by the lowest and the highest', () => {
  const values = Float64Array.from({ length: 100 }, (_, n) => 1900 + ((n * 37) % 100))
  values[3] = Number.NaN
  const { column, categories, isOrdered } = colorByNumber(values, String)
  expect(isOrdered).toBe(true)
  expect(column[3]).toBe(0)
  expect(categories.map(({ points }) => points)).toEqual([20, 20, 20, 20, 19])
  expect(categories[0]!.label).toMatch(/^1900–19(19|20)$/)
  for (const [n, value] of values.entries()) {
    if (n === 3) continue
    const [low, high = low] = categories[column[n]! - 1]!.label.split('–').map(Number)
    expect(value).toBeGreaterThanOrEqual(low!)
    expect(value).toBeLessThanOrEqual(high!)
  }
})

test('numbers of which most are equal are in fewer ranges', () => {
  const { categories } = colorByNumber(Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 9), String)
  expect(categories).toEqual([
    { label: '1', points: 9 },
    { label: '9', points: 1 },
  ])
})

test('the seven most frequent texts have colors, all others share one', () => {
  const texts = Array.from({ length: 12 }, (_, n) => Array<string[]>(12 - n).fill([`t${n}`])).flat()
  const { column, categories } = colorByText([...texts, [], ['t11', 't2']])
  expect(categories.map(({ label }) => label)).toEqual([
    ...['t0', 't1', 't2', 't3', 't4', 't5', 't6'],
    'other values',
  ])
  expect(categories[2]).toEqual({ label: 't2', points: 11 })
  // without a value, and with one that has a color after one that has none
  expect([...column.slice(-2)]).toEqual([0, 3])
  expect(categories.at(-1)!.points).toBe(5 + 4 + 3 + 2 + 1)
})

test('eight texts have a color each', () => {
  const texts = Array.from({ length: 8 }, (_, n) => [`t${n}`])
  expect(colorByText(texts).categories.map(({ label }) => label)).not.toContain('other values')
})

test('a lasso contains what is inside a polygon that is not convex', async () => {
  // a U
  const lasso = parseLasso('0,0,3,0,3,3,2,3,2,1,1,1,1,3,0,3')
  const positions = Float32Array.of(0.5, 2, 1.5, 2, 2.5, 2, 1.5, 0.5, 4, 4, -1, 0.5)
  expect(await pointsInside(lasso, positions)).toEqual([0, 2, 3])
})

test.each(['', '1,2,3,4', '0,0,1,0,1,1,0', '0,0,1,0,x,1', Array(402).fill(0).join()])(
  'the lasso %s is refused',
  (text) => {
    expect(() => parseLasso(text)).toThrow('must be the corners of a polygon')
  },
)
