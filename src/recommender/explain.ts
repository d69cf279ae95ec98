// Why an item is in somebody's list, or why not.

import { type RatedItem, toHistory } from './history.ts'
import { numberOf } from './latent-space.ts'
import { tasteOf } from './recommend.ts'
import { removalsFor } from './removals.ts'
import type { ServedModel } from './served-model.ts'
import { type Candidates, eligibleItems } from './wish.ts'

export interface Reason {
  readonly itemId: string
  readonly value: number
  /** By how much the score would be lower if this item were not in the history. */
  readonly contribution: number
}

export interface ItemExplanation {
  readonly basis: 'history' | 'popularity'
  readonly score: number
  /** Why it is in no list: rated already, or left out by what was asked. Null where it may be shown. */
  readonly leftOut: 'seen' | 'filtered' | null
  /** Its place in the whole list, from 1; null where it is left out. */
  readonly rank: number | null
  /** How many items of the history the model knows; more than there are reasons where it is very long. */
  readonly knownItems: number
  /** What speaks most for the item first; everything that the model knows of the history, see `removalsFor`. */
  readonly reasons: readonly Reason[]
}

/**
 * Explains the place of an item by leaving out each item of the history in turn, exactly.
 *
 * @throws UnknownItemError
 */
export async function explain(
  model: ServedModel,
  rated: readonly RatedItem[],
  itemId: string,
  candidates: Candidates,
): Promise<ItemExplanation> {
  const item = numberOf(model, itemId)
  const { history } = toHistory(rated, model.items)
  const { excluded, allowed } = eligibleItems(model, history, candidates)
  const leftOut = reasonOfAbsence(item, excluded, allowed, history.items)
  const removals = await removalsFor(model, history, item)
  const contributions: number[] = []
  let first: { readonly score: number; readonly before: number } | undefined
  // in parts, so that other questions get their turn between
  for (let start = 0; start < removals.length || start === 0; start += removalsAtOnce) {
    const removed = removals.slice(start, start + removalsAtOnce)
    const taste = tasteOf(history)
    const part = await model.inference.answer({ kind: 'explain', taste, item, removed, excluded, allowed })
    first ??= part
    contributions.push(...part.contributions)
  }
  const reasons = contributions.map((contribution, n) => ({
    itemId: model.items.idOf(history.items[removals[n]!]!),
    value: history.values[removals[n]!]!,
    contribution,
  }))
  return {
    basis: history.items.length > 0 ? 'history' : 'popularity',
    score: first!.score,
    leftOut,
    rank: leftOut === null ? first!.before + 1 : null,
    knownItems: history.items.length,
    reasons: reasons.sort((a, b) => b.contribution - a.contribution),
  }
}

const removalsAtOnce = 63

function reasonOfAbsence(
  item: number,
  excluded: Int32Array,
  allowed: Uint8Array | null,
  seen: Int32Array,
): ItemExplanation['leftOut'] {
  const isLeftOut = excluded.includes(item) || allowed?.[item] === 0
  if (!isLeftOut) return null
  return seen.includes(item) ? 'seen' : 'filtered'
}
