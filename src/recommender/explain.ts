import type { RatedItem } from '../ratings/user-ratings.ts'
import type { History } from './history.ts'
import type { InferOptions } from './inference/inference.ts'
import type { Basis, EligibleItems } from './inference/requests.ts'
import { toQuery } from './recommend.ts'
import type { CandidateOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

export interface Reason {
  readonly itemId: string
  readonly value: number
  /** By how much the score falls without this item in the history. */
  readonly contribution: number
}

export interface ItemExplanation {
  readonly basis: Basis
  readonly score: number
  /** Why the item is in no list: hidden or outside its dates, already rated, or left out by the options. Null when it may be shown. */
  readonly leftOut: 'unavailable' | 'seen' | 'filtered' | null
  /** The position in the complete list, from 1; null when the item is left out. */
  readonly rank: number | null
  /** The number of items in the history that the model knows; larger than the number of reasons for a long history. */
  readonly knownItems: number
  /** Largest contribution first; see `contributionsOf` for which items of a long history. */
  readonly reasons: readonly Reason[]
}

/**
 * Explains the rank of an item by what the items of the history contribute to its score.
 *
 * @throws UnknownItemError
 */
export async function explain(
  model: ServedModel,
  rated: readonly RatedItem[],
  itemId: string,
  options: CandidateOptions,
  inferOptions?: InferOptions,
): Promise<ItemExplanation> {
  const item = model.itemNumber(itemId)
  const { history, seen } = model.toHistory(rated)
  const query = toQuery(model, history)
  const eligible = await model.eligibleItems(seen, options, inferOptions)
  const { basis, score, higherRanked } = await model.inference.infer(
    { kind: 'explain', query, item, ...eligible },
    inferOptions,
  )
  const leftOut = (await model.isAvailable(item)) ? reasonForAbsence(item, eligible, seen) : 'unavailable'
  const reasons = basis === 'history' ? await reasonsFor(item, history, model, inferOptions) : []
  return {
    basis,
    score,
    leftOut,
    rank: leftOut === null ? higherRanked + 1 : null,
    knownItems: history.items.length,
    reasons,
  }
}

/** Largest contribution first. */
async function reasonsFor(
  item: number,
  { items, values }: History,
  model: ServedModel,
  options: InferOptions | undefined,
): Promise<Reason[]> {
  const history = { items, values }
  const contributions = await model.inference.infer({ kind: 'contributions', history, item }, options)
  const reasons = Array.from(contributions.positions, (position, n) => ({
    itemId: model.items.idOf(items[position]!),
    value: values[position]!,
    contribution: contributions.values[n]!,
  }))
  return reasons.sort((a, b) => b.contribution - a.contribution)
}

function reasonForAbsence(
  item: number,
  { excluded, allowed }: EligibleItems,
  seen: Int32Array,
): ItemExplanation['leftOut'] {
  const isLeftOut = excluded.includes(item) || (allowed !== null && !allowed[item])
  if (!isLeftOut) return null
  return seen.includes(item) ? 'seen' : 'filtered'
}
