import type { RatedItem } from '../ratings/user-ratings.ts'
import { chooseOmitted } from './explained-items.ts'
import type { InferOptions } from './inference/inference.ts'
import type { Basis, EligibleItems, Explanation } from './inference/requests.ts'
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
  /** Why the item is in no list: already rated, or left out by the options. Null when it may be shown. */
  readonly leftOut: 'seen' | 'filtered' | null
  /** The position in the complete list, from 1; null when the item is left out. */
  readonly rank: number | null
  /** The number of items in the history that the model knows; larger than the number of reasons for a long history. */
  readonly knownItems: number
  /** Largest contribution first, for the items that `chooseOmitted` chooses. */
  readonly reasons: readonly Reason[]
}

/**
 * Explains the rank of an item by omitting each item of the history in turn; the contributions are exact.
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
  const { history } = model.toHistory(rated)
  const query = toQuery(model, history)
  const eligible = await model.eligibleItems(history.items, options, inferOptions)
  const leftOut = reasonForAbsence(item, eligible, history.items)
  const omitted =
    query.kind === 'popularity' ? new Int32Array(0) : await chooseOmitted(model, history, item, inferOptions)
  const contributions: number[] = []
  let whole: Explanation | undefined
  // In parts, so that other requests are not delayed; at least once, for the score itself.
  for (let start = 0; start < omitted.length || start === 0; start += omittedPerRequest) {
    const part = omitted.slice(start, start + omittedPerRequest)
    const request = { kind: 'explain' as const, query, item, omitted: part, ...eligible }
    const explanation = await model.inference.infer(request, inferOptions)
    whole ??= explanation
    contributions.push(...explanation.contributions)
  }
  const reasons = contributions.map((contribution, n) => ({
    itemId: model.items.idOf(history.items[omitted[n]!]!),
    value: history.values[omitted[n]!]!,
    contribution,
  }))
  return {
    basis: whole!.basis,
    score: whole!.score,
    leftOut,
    rank: leftOut === null ? whole!.higherRanked + 1 : null,
    knownItems: history.items.length,
    reasons: reasons.sort((a, b) => b.contribution - a.contribution),
  }
}

const omittedPerRequest = 63

function reasonForAbsence(
  item: number,
  { excluded, allowed }: EligibleItems,
  seen: Int32Array,
): ItemExplanation['leftOut'] {
  const isLeftOut = excluded.includes(item) || allowed?.[item] === 0
  if (!isLeftOut) return null
  return seen.includes(item) ? 'seen' : 'filtered'
}
