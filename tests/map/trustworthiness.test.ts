import { beforeAll, expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { trustworthiness } from '../../src/map/trustworthiness.ts'
import { createRandom } from '../../src/random/random.ts'

beforeAll(() => useBackend('cpu'))

const onLine = (...values: number[]) => ({ dimensions: 1, points: Float32Array.from(values) })

test('is 1 where the layout keeps the neighbors', async () => {
  const random = createRandom('plane')
  const points = Float32Array.from({ length: 60 }, () => random.normal())
  const plane = { dimensions: 2, points }
  const doubled = { dimensions: 2, points: points.map((value) => 2 * value + 1) }
  expect(await trustworthiness(plane, doubled, 5)).toBe(1)
})

// n = 7, k = 1: the neighbors of the points 0 and 6 have rank 6 instead of 1, that of point 1 has rank 2, so the penalty is
// 5 + 5 + 1 and T = 1 − 2 · 11 / (7 · 1 · (14 − 3 − 1))
test('counts how far away the neighbors on the layout are', async () => {
  const original = onLine(0, 1, 2.1, 3.3, 4.6, 6, 7.5)
  const layout = onLine(100, 1, 2.1, 3.3, 4.6, 6, 100.5)
  expect(await trustworthiness(original, layout, 1)).toBeCloseTo(1 - 22 / 70, 6)
})

test('is what the definition gives, sum by sum', async () => {
  const random = createRandom('any')
  const [n, k] = [40, 7]
  const draw = (dimensions: number) => ({
    dimensions,
    points: Float32Array.from({ length: n * dimensions }, () => random.normal()),
  })
  const [original, layout] = [draw(5), draw(2)]
  const ranked = ({ dimensions: d, points }: typeof original, i: number) => {
    const distance = (j: number) =>
      Math.hypot(...Array.from({ length: d }, (_, m) => points[i * d + m]! - points[j * d + m]!))
    const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i)
    return others.sort((a, b) => distance(a) - distance(b))
  }
  let sum = 0
  for (let i = 0; i < n; i++) {
    const ranks = ranked(original, i)
    for (const j of ranked(layout, i).slice(0, k)) sum += Math.max(0, ranks.indexOf(j) + 1 - k)
  }
  const expected = 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * sum
  expect(await trustworthiness(original, layout, k)).toBeCloseTo(expected, 6)
})

test('refuses more neighbors than the definition is made for', async () => {
  await expect(trustworthiness(onLine(0, 1, 2, 3), onLine(0, 1, 2, 3), 2)).rejects.toThrow(RangeError)
})
