import { type RatedItem, toHistory } from './history.ts'
import { tasteOf } from './recommend.ts'
import type { ServedModel } from './served-model.ts'

/** What the model makes of given items, in their order; null for one that it does not know. */
export async function scoreItems(
  model: ServedModel,
  rated: readonly RatedItem[],
  itemIds: readonly string[],
): Promise<{ basis: 'history' | 'popularity'; scores: (number | null)[] }> {
  const { history } = toHistory(rated, model.items)
  const taste = tasteOf(history)
  const numbers = itemIds.map((itemId) => model.items.indexOf(itemId))
  const items = Int32Array.from(numbers.filter((number) => number !== undefined))
  const known = (await model.inference.answer({ kind: 'score', taste, items })).values()
  const scores = numbers.map((number) => (number === undefined ? null : known.next().value!))
  return { basis: taste.kind === 'history' ? 'history' : 'popularity', scores }
}
