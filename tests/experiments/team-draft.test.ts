import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { teamDraft } from '../../src/experiments/team-draft.ts'
import { createRandom } from '../../src/random/random.ts'

const ranking = () => fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 20 })

describe('team draft', () => {
  test('holds the best of both, each item once, each team at most one ahead before a ranking ends', () => {
    fc.assert(
      fc.property(ranking(), ranking(), fc.integer({ min: 1, max: 15 }), fc.nat(), (a, b, size, seed) => {
        const { items, teams } = teamDraft([a, b], size, createRandom(seed))
        expect(new Set(items).size).toBe(items.length)
        expect(items.length).toBe(Math.min(size, new Set([...a, ...b]).size))
        for (const [place, item] of items.entries()) {
          const own = teams[place] === 0 ? a : b
          // What the team ranked higher stands before it.
          for (const better of own.slice(0, own.indexOf(item)))
            expect(items.indexOf(better)).toBeLessThan(place)
        }
      }),
    )
  })

  test('gives two teams of equal size when the rankings differ enough', () => {
    const { teams } = teamDraft([range(0, 10), range(10, 20)], 10, createRandom(1))
    expect(teams.reduce((sum, team) => sum + team, 0)).toBe(5)
  })

  test('favors neither ranking at any place: over many drafts of one list, credit is even', () => {
    const same = range(0, 6)
    const first = new Array<number>(6).fill(0)
    const drafts = 20_000
    const random = createRandom('draft')
    for (let n = 0; n < drafts; n++)
      for (const [place, team] of teamDraft([same, same], 6, random).teams.entries()) first[place]! += team
    for (const count of first)
      expect(Math.abs(count / drafts - 0.5)).toBeLessThan(4 * (0.5 / Math.sqrt(drafts)))
  })

  test('is the same for the same stream', () => {
    const draft = () => teamDraft([range(0, 9), range(5, 14)], 8, createRandom('request-1'))
    expect(draft()).toEqual(draft())
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n)
}
