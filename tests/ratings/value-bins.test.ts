import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binsOf } from '../../src/ratings/value-bins.ts'

test.each([
  [0, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [-10, 10, [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10]],
  [1, 1000, [1, 10, 100, 1000]],
  [3, 352_698, [3, 10, 100, 1000, 10_000, 100_000, 352_698]],
  [0.02, 50, [0.02, 0.1, 1, 10, 50]],
])('%d to %d is divided at round places', (lowest, highest, edges) => {
  const bins = binsOf(lowest, highest)
  expect([bins[0]!.from, ...bins.map(({ to }) => to)]).toEqual(edges)
})

test('bins are ascending, without gaps, from the lowest to the highest value', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((number) => number + 0)
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [lowest, highest] = [Math.min(a, b), Math.max(a, b)]
      fc.pre(highest - lowest > 1e-6)
      const bins = binsOf(lowest, highest)
      expect([bins[0]!.from, bins.at(-1)!.to]).toEqual([lowest, highest])
      for (const [n, { from, to }] of bins.entries()) {
        expect(to).toBeGreaterThan(from)
        if (n > 0) expect(from).toBe(bins[n - 1]!.to)
      }
    }),
  )
})
