// A user as a model sees one: what they rated, by the model's item numbers.
import type { IdMap } from '../interactions/id-map.ts'

/** One item of somebody's history by its external id. */
export interface RatedItem {
  readonly itemId: string
  readonly value: number
}

/** What a model can use of somebody's ratings. */
export interface History {
  /** Item numbers, ascending, none twice. */
  readonly items: Int32Array
  /** The rating of each of `items`. */
  readonly values: Float32Array
}

export interface Translation {
  readonly history: History
  /** The ids that the model does not know, each once. */
  readonly ignored: readonly string[]
}

/**
 * Translates ids into a model's item numbers; of two ratings of one item the later in the list counts. The same list
 * is translated once for each model, so it must not be changed.
 */
export function toHistory(rated: readonly RatedItem[], itemIds: IdMap): Translation {
  const known = translations.get(rated)
  if (known?.itemIds === itemIds) return known
  const translation = { itemIds, ...translate(rated, itemIds) }
  translations.set(rated, translation)
  return translation
}

/** With the histories that are kept in memory; they go together. */
const translations = new WeakMap<readonly RatedItem[], Translation & { readonly itemIds: IdMap }>()

function translate(rated: readonly RatedItem[], itemIds: IdMap): Translation {
  const known = new Map<number, number>()
  const ignored = new Set<string>()
  for (const { itemId, value } of rated) {
    const item = itemIds.indexOf(itemId)
    if (item === undefined) ignored.add(itemId)
    else known.set(item, value)
  }
  const items = Int32Array.from(known.keys()).sort()
  const values = Float32Array.from(items, (item) => known.get(item)!)
  return { history: { items, values }, ignored: [...ignored] }
}
