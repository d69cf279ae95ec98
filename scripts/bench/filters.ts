// The time to evaluate the largest filters that a request may have.
import { Caches } from '../../src/caches/caches.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import type { Catalog } from '../../src/ratings/item-catalog.ts'
import { type Filter, maxConditions, maxListedValues } from '../../src/recommender/filters/filter.ts'
import { FilterMasks, openFilterCaches } from '../../src/recommender/filters/filter-masks.ts'

export interface FilterBenchResult {
  readonly filter: string
  /** Of the first filter, which builds the index of its attributes. */
  readonly firstMs: number
  readonly medianMs: number
}

/** Evaluates filters that differ from each other, so that none is in the cache. */
export async function benchFilters(itemCount: number, rounds: number): Promise<FilterBenchResult[]> {
  const items = createIdMap(Array.from({ length: itemCount }, (_, n) => `item ${n}`))
  const catalog: Catalog = new Map(
    items.ids.map((itemId, n) => [
      itemId,
      {
        title: `Title ${(n * 7919) % 1_000_003}`,
        attributes: { genres: [1, 3, 7].map((step) => `genre ${(n * step) % 18}`), year: 1920 + (n % 100) },
        hidden: false,
        availableFrom: null,
        availableUntil: null,
      },
    ]),
  )
  const results: FilterBenchResult[] = []
  for (const [filter, ofRound] of Object.entries(largestFilters)) {
    const masks = new FilterMasks(items, openFilterCaches(new Caches()))
    const times: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const start = performance.now()
      await masks.of(ofRound(round), catalog)
      times.push(performance.now() - start)
    }
    const [firstMs = 0, ...others] = times
    results.push({ filter, firstMs, medianMs: others.sort((a, b) => a - b)[Math.floor(others.length / 2)]! })
  }
  return results
}

const conditions = Array.from({ length: maxConditions }, (_, n) => n)

const largestFilters: Readonly<Record<string, (round: number) => Filter>> = {
  'ranges of titles': (round) => ({
    or: conditions.map((n) => ({ attribute: 'title', operator: '>=', value: `Title ${round * 1000 + n}` })),
  }),
  'ranges of years': (round) => ({
    and: conditions.map((n) => ({
      not: { attribute: 'year', operator: '<', value: 1900 + n + round / 100 },
    })),
  }),
  'values of genres': (round) => ({
    or: conditions.map((n) => ({
      attribute: 'genre',
      in: Array.from({ length: maxListedValues / maxConditions }, (_, m) => `genre ${(n + m + round) % 18}`),
    })),
  }),
  'listed ids': (round) => ({
    attribute: 'id',
    in: Array.from({ length: maxListedValues }, (_, n) => `item ${n * 7 + round}`),
  }),
}
