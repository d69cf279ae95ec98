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
  /** The ids that the model does not know, without duplicates. */
  readonly ignored: readonly string[]
}

/** Translates item ids into item numbers. Of two ratings of one item, the later in the list counts. */
export function toHistory(rated: readonly RatedItem[], itemIds: IdMap): Translation {
  const ratingOf = new Map<number, number>()
  const ignored = new Set<string>()
  for (const { itemId, value } of rated) {
    const item = itemIds.indexOf(itemId)
    if (item === undefined) ignored.add(itemId)
    else ratingOf.set(item, value)
  }
  const items = Int32Array.from(ratingOf.keys()).sort()
  const values = Float32Array.from(items, (item) => ratingOf.get(item)!)
  return { history: { items, values }, ignored: [...ignored] }
}
