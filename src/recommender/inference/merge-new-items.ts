import type { Found, Search } from '../../compute/inner-product-search.ts'
import { topItems } from '../../compute/top-items.ts'

/** The part of a search that is about the first `itemCount` items. */
export function searchAmongTrained({ count, excluded, allowed }: Search, itemCount: number): Search {
  return {
    count,
    excluded: excluded.filter((item) => item < itemCount),
    allowed: allowed?.subarray(0, itemCount) ?? null,
  }
}

/**
 * The top items of a list of trained items and of new ones.
 *
 * @param scores of the new items, whose numbers follow those of the trained ones
 */
export function mergeNewItems(
  trained: Found,
  scores: Float32Array,
  itemCount: number,
  { count, excluded, allowed }: Search,
): Found {
  const excludedNew = excluded.filter((item) => item >= itemCount).map((item) => item - itemCount)
  const top = topItems(scores, excludedNew, count, allowed?.subarray(itemCount) ?? null)
  const merged = [
    ...Array.from(trained.items, (item, n) => ({ item, score: trained.scores[n]! })),
    ...Array.from(top, (item) => ({ item: item + itemCount, score: scores[item]! })),
  ]
    .sort((a, b) => b.score - a.score || a.item - b.item)
    .slice(0, count)
  return {
    items: Int32Array.from(merged, ({ item }) => item),
    scores: Float32Array.from(merged, ({ score }) => score),
  }
}
