import type { RatedItem } from '../ratings/user-ratings.ts'
import { chooseExplained } from './explained-items.ts'
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
  /** Largest contribution first, for the items that `chooseExplained` chooses. */
  readonly reasons: readonly Reason[]
}

/**
 * Explains the rank of an item by what each item of the history contributes: in closed form where the model has one,
 * else by omitting each item in turn. The contributions are exact.
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
  const positions =
    query.kind === 'popularity'
      ? new Int32Array(0)
      : await chooseExplained(model, history, item, inferOptions)
  const contributions: number[] = []
  let whole: Explanation | undefined
  for (const omitted of partsOf(model, positions)) {
    const request = { kind: 'explain' as const, query, item, omitted, ...eligible }
    const explanation = await model.inference.infer(request, inferOptions)
    whole ??= explanation
    contributions.push(...explanation.contributions)
  }
  const reasons = contributions.map((contribution, n) => ({
    itemId: model.items.idOf(history.items[positions[n]!]!),
    value: history.values[positions[n]!]!,
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

/** Few at a time, so that other requests are not delayed; at least once, for the score itself. */
function partsOf({ inference }: ServedModel, positions: Int32Array): (Int32Array | null)[] {
  if (inference.capabilities.hasContributions) return [null]
  const count = Math.max(1, Math.ceil(positions.length / omittedPerRequest))
  return Array.from({ length: count }, (_, part) =>
    positions.slice(part * omittedPerRequest, (part + 1) * omittedPerRequest),
  )
}

const omittedPerRequest = 31

function reasonForAbsence(
  item: number,
  { excluded, allowed }: EligibleItems,
  seen: Int32Array,
): ItemExplanation['leftOut'] {
  const isLeftOut = excluded.includes(item) || allowed?.[item] === 0
  if (!isLeftOut) return null
  return seen.includes(item) ? 'seen' : 'filtered'
}
