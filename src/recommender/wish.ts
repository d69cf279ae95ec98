// What a list shall be like, in the words of whoever asks; and the items that may be in it.
import type { Catalog } from '../ratings/item-catalog.ts'
import type { Eligible } from './answering/question.ts'
import type { Filter } from './filters/filter.ts'
import { filterMask } from './filters/filter-masks.ts'
import type { History } from './history.ts'
import { UnsupportedByModelError } from './inference.ts'
import type { ServedModel } from './served-model.ts'

/** Which items may be in a list. */
export interface Candidates {
  /** Items to leave out, by id. */
  readonly exclude: readonly string[]
  /** The only items that may be shown, by id; null for all. */
  readonly include: readonly string[] | null
  readonly filter: { readonly filter: Filter; readonly catalog: Catalog } | null
  /** Whether items of the history are left out. */
  readonly excludeSeen: boolean
}

export interface Wish extends Candidates {
  readonly k: number
  /** See `RankQuestion`. */
  readonly popularityPenalty: number
  /** See `RankQuestion`. */
  readonly diversity: number
  /** Draws the list from the posterior; the same seed draws the same list. */
  readonly explore: { readonly seed: number } | null
}

/** The `k` best that were not seen, and nothing special about them. */
export function plainWish(k: number): Wish {
  return { k, ...everyItem, popularityPenalty: 0, diversity: 0, explore: null }
}

export const everyItem: Candidates = { exclude: [], include: null, filter: null, excludeSeen: true }

export function eligibleItems({ items }: ServedModel, seen: History, candidates: Candidates): Eligible {
  const { exclude, include, filter, excludeSeen } = candidates
  const mask = filter && filterMask(filter.filter, items, filter.catalog)
  return {
    excluded: withNumbers(excludeSeen ? seen.items : nothing, exclude, items),
    allowed: include === null ? mask : onlyThese(include, mask, items),
  }
}

/** @throws UnsupportedByModelError when the model cannot make a list as wished. */
export function requireAbilities({ inference, manifest }: ServedModel, { diversity, explore }: Wish): void {
  const { itemVectorSize, hasPosterior } = inference.abilities
  if (diversity > 0 && itemVectorSize === null)
    throw new UnsupportedByModelError(
      `${manifest.model} has no vectors of items to tell like from unlike: leave diversity out, or name another model`,
    )
  if (explore !== null && !hasPosterior)
    throw new UnsupportedByModelError(
      `${manifest.model} has no posterior to explore: leave explore out, or name a model such as mult-vae`,
    )
}

const nothing = new Int32Array(0)

function withNumbers(numbers: Int32Array, ids: readonly string[], items: ServedModel['items']): Int32Array {
  if (ids.length === 0) return numbers
  const all = new Set(numbers)
  for (const id of ids) {
    const item = items.indexOf(id)
    if (item !== undefined) all.add(item)
  }
  return Int32Array.from(all).sort()
}

function onlyThese(ids: readonly string[], mask: Uint8Array | null, items: ServedModel['items']): Uint8Array {
  const allowed = new Uint8Array(items.size)
  for (const id of ids) {
    const item = items.indexOf(id)
    if (item !== undefined) allowed[item] = mask === null ? 1 : mask[item]!
  }
  return allowed
}
