import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Allocation, conflictOf, createAssigner } from '../../src/experiments/assignment.ts'
import { chiSquareTest, independenceTest } from '../../src/statistics/chi-square-test.ts'

const base: Allocation = {
  name: 'vae-against-autorec',
  segment: { from: 0, to: 1 },
  eligibility: {},
  testers: {},
  variants: [
    { name: 'control', weight: 1 },
    { name: 'treatment', weight: 1 },
  ],
}
const weighted = (...weights: number[]) => ({
  ...base,
  variants: weights.map((weight, n) => ({ name: `v${n}`, weight })),
})
const variantOf = (allocation: Allocation) => {
  const assign = createAssigner(allocation)
  return (userId: string) => assign(userId, 10)?.variant
}

describe('assignment', () => {
  test('splits two million users as the weights say, within a tenth of a per cent', () => {
    const assign = createAssigner(weighted(0.7, 0.3))
    const counts: Record<string, number> = {}
    for (let user = 1; user <= 2_000_000; user++) {
      const { variant } = assign(String(user), 10)!
      counts[variant] = (counts[variant] ?? 0) + 1
    }
    expect(Math.abs(counts.v0! / 2e6 - 0.7)).toBeLessThan(0.001)
    expect(chiSquareTest([counts.v0!, counts.v1!], [0.7, 0.3]).pValue).toBeGreaterThan(1e-4)
  })

  test('is even and independent over a dozen experiments, whatever the ids look like', () => {
    const users = 10_000
    const spellings = [
      (n: number) => String(n + 1),
      (n: number) => `user-${n.toString(16).padStart(12, '0')}`,
      (n: number) => `müller+${n}@example.org`,
    ]
    for (const idOf of spellings) {
      const experiments = Array.from({ length: 12 }, (_, e) => {
        const assign = variantOf({ ...weighted(1, 1, 2), name: `experiment-${e}` })
        return Uint8Array.from({ length: users }, (_, n) => Number(assign(idOf(n))!.slice(1)))
      })
      const evenness = experiments.map((variants) => chiSquareTest(histogram(variants), [1, 1, 2]).pValue)
      const pairs = experiments.flatMap((a, n) => experiments.slice(0, n).map((b) => tabulate(a, b)))
      const independence = pairs.map((table) => independenceTest(table).pValue)
      // Were all fair, p-values would be uniform: their smallest of 12 and of 66, and their deciles.
      expect(Math.min(...evenness)).toBeGreaterThan(1e-5)
      expect(Math.min(...independence)).toBeGreaterThan(1e-6)
      const deciles = Array.from(
        { length: 10 },
        (_, d) => independence.filter((p) => Math.min(9, Math.floor(p * 10)) === d).length,
      )
      expect(chiSquareTest(deciles, new Array(10).fill(1)).pValue).toBeGreaterThan(1e-5)
    }
  })

  test('moves users only toward a variant whose weight grows', () => {
    const old = variantOf(weighted(1, 1, 1))
    const changed = variantOf(weighted(1, 3, 1))
    let moved = 0
    for (let user = 0; user < 20_000; user++) {
      const [was, is] = [old(`u${user}`), changed(`u${user}`)]
      if (was === is) continue
      moved++
      expect(is).toBe('v1')
    }
    // From a third to three fifths, and not one more.
    expect(Math.abs(moved / 20_000 - (3 / 5 - 1 / 3))).toBeLessThan(0.015)
  })

  test('keeps everyone in place when only the scale of the weights changes or the segment grows', () => {
    const old = variantOf({ ...weighted(1, 1), segment: { from: 0, to: 0.2 } })
    const changed = variantOf({ ...weighted(50, 50), segment: { from: 0, to: 0.7 } })
    let taking = 0
    for (let user = 0; user < 5000; user++) {
      const was = old(`u${user}`)
      if (was === undefined) continue
      taking++
      expect(changed(`u${user}`)).toBe(was)
    }
    expect(Math.abs(taking / 5000 - 0.2)).toBeLessThan(0.025)
  })

  test('gives a user the same variant every time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (userId) => {
        const variant = variantOf(base)(userId)
        expect(variant).toBeDefined()
        expect(variantOf(structuredClone(base))(userId)).toBe(variant)
      }),
    )
    // Written down: a replica of another build must not decide otherwise.
    expect(['1', '2', '3', '4', '5', '6'].map(variantOf(base))).toMatchInlineSnapshot(`
      [
        "treatment",
        "control",
        "control",
        "treatment",
        "control",
        "treatment",
      ]
    `)
  })

  test('never gives a user to two experiments whose segments of a layer lie apart', () => {
    const first = { ...base, layer: 'home', segment: { from: 0, to: 0.5 } }
    const second = { ...base, name: 'other', layer: 'home', segment: { from: 0.5, to: 1 } }
    expect(conflictOf(first, second)).toBeUndefined()
    const [one, other] = [variantOf(first), variantOf(second)]
    for (let user = 0; user < 2000; user++)
      expect(Number(one(`u${user}`) === undefined)).toBe(Number(other(`u${user}`) !== undefined))
  })

  test('conflicts within a layer by its users, and between layers by the surface', () => {
    const first = { ...base, layer: 'ranking', segment: { from: 0, to: 0.6 } }
    const overlapping = { ...base, name: 'other', layer: 'ranking', segment: { from: 0.5, to: 1 } }
    expect(conflictOf(first, overlapping)).toBe('layer')
    expect(conflictOf(first, { ...overlapping, surface: 'home' })).toBe('layer')
    expect(conflictOf(first, { ...overlapping, layer: 'models' })).toBe('surface')
    expect(conflictOf({ ...base, surface: 'home' }, { ...base, name: 'other', surface: 'home' })).toBe(
      'surface',
    )
    expect(conflictOf(first, { ...overlapping, layer: 'models', surface: 'home' })).toBeUndefined()
    expect(conflictOf(base, { ...base, name: 'other', surface: 'home' })).toBeUndefined()
  })

  test('sends testers where they are forced, even from outside the segment, and says so', () => {
    const assign = createAssigner({
      ...base,
      segment: { from: 0, to: 1e-9 },
      testers: { ada: 'treatment' },
    })
    expect(assign('ada', 0)).toEqual({ variant: 'treatment', forced: true })
    expect(assign('toString', 0)).toBeUndefined()
  })

  test('leaves out users with too little or too much history', () => {
    const assign = createAssigner({ ...base, eligibility: { minHistory: 5, maxHistory: 50 } })
    expect([4, 5, 50, 51].map((size) => assign('u', size) !== undefined)).toEqual([false, true, true, false])
  })
})

function histogram(variants: Uint8Array): number[] {
  const counts = [0, 0, 0]
  for (const variant of variants) counts[variant]!++
  return counts
}

function tabulate(a: Uint8Array, b: Uint8Array): number[][] {
  const table = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]
  for (let n = 0; n < a.length; n++) table[a[n]!]![b[n]!]!++
  return table
}
