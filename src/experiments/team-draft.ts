import type { Random } from '../random/random.ts'

export interface DraftedList<Item> {
  /** Best first, no item twice. */
  readonly items: readonly Item[]
  /** The ranking that contributed each item: 0 or 1. It gets the credit for a click. */
  readonly teams: Uint8Array
}

/**
 * Team-draft interleaving: in each round a random ranking goes first, and each contributes its best item that is not in
 * the list yet. Neither ranking has an advantage at any position. Radlinski, Kurup and Joachims,
 * How Does Clickthrough Data Reflect Retrieval Quality? (CIKM 2008), algorithm 2.
 */
export function teamDraft<Item>(
  rankings: readonly [readonly Item[], readonly Item[]],
  size: number,
  random: Random,
): DraftedList<Item> {
  const items: Item[] = []
  const teams: number[] = []
  const taken = new Set<Item>()
  const next = [0, 0]
  const pick = (team: 0 | 1) => {
    const ranking = rankings[team]
    while (next[team]! < ranking.length && taken.has(ranking[next[team]!]!)) next[team]!++
    const item = ranking[next[team]!]
    if (item === undefined || items.length === size) return
    taken.add(item)
    items.push(item)
    teams.push(team)
  }
  for (let before = -1; before < items.length; ) {
    before = items.length
    const first = random.integer(2) as 0 | 1
    pick(first)
    pick(first === 0 ? 1 : 0)
  }
  return { items, teams: Uint8Array.from(teams) }
}
