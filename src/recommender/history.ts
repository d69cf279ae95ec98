import type { IdMap } from '../interactions/id-map.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'

/** The ratings of a user as a model reads them, by the model's item numbers. */
export interface History {
  /** Item numbers, ascending and distinct. */
  readonly items: Int32Array
  /** The rating of each of `items`. */
  readonly values: Float32Array
}

export interface Translation {
  readonly history: History
  /** Item numbers, ascending and distinct: the items of `history`, and those that the model was not trained on. */
  readonly seen: Int32Array
  /** The ids that the model was not trained on, without duplicates. */
  readonly ignored: readonly string[]
}

/**
 * Translates item ids into item numbers. Of two ratings of one item, the later in the list counts.
 *
 * @param allItems the same, followed by items that the model was not trained on
 */
export function toHistory(
  rated: readonly RatedItem[],
  itemIds: IdMap,
  allItems: Pick<IdMap, 'indexOf'> = itemIds,
): Translation {
  const ratingOf = new Map<number, number>()
  const ignored = new Set<string>()
  const newItems = new Set<number>()
  for (const { itemId, value } of rated) {
    const item = itemIds.indexOf(itemId)
    if (item !== undefined) ratingOf.set(item, value)
    else {
      ignored.add(itemId)
      const newItem = allItems.indexOf(itemId)
      if (newItem !== undefined) newItems.add(newItem)
    }
  }
  const items = Int32Array.from(ratingOf.keys()).sort()
  const values = Float32Array.from(items, (item) => ratingOf.get(item)!)
  const seen = newItems.size === 0 ? items : Int32Array.from([...items, ...newItems]).sort()
  return { history: { items, values }, seen, ignored: [...ignored] }
}

/** The items that any of several users has seen, ascending. */
export function unionOfSeen(translations: readonly Translation[], itemCount: number): Int32Array {
  if (translations.length === 1) return translations[0]!.seen
  const isIncluded = new Uint8Array(itemCount)
  for (const { seen } of translations) for (const item of seen) isIncluded[item] = 1
  const union = new Int32Array(isIncluded.reduce((count, included) => count + included, 0))
  let next = 0
  for (let item = 0; item < itemCount; item++) if (isIncluded[item]) union[next++] = item
  return union
}
