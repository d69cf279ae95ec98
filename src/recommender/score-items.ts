import type { RatedItem } from '../ratings/user-ratings.ts'
import type { InferOptions } from './inference/inference.ts'
import type { Basis } from './inference/requests.ts'
import { predictRatings, type ScoredItem, toQuery } from './recommend.ts'
import type { ServedModel } from './served-model.ts'

/** An item with its score; null if the model does not know the item. */
export interface ItemScore extends Pick<ScoredItem, 'itemId' | 'predictedRating'> {
  readonly score: number | null
}

/** The scores of the listed items, in their order. */
export async function scoreItems(
  model: ServedModel,
  rated: readonly RatedItem[],
  itemIds: readonly string[],
  inferOptions?: InferOptions,
): Promise<{ basis: Basis; scores: ItemScore[] }> {
  const { history } = model.toHistory(rated)
  const query = toQuery(model, history)
  const numbers = itemIds.map((itemId) => model.items.indexOf(itemId))
  const items = Int32Array.from(numbers.filter((number) => number !== undefined))
  const { basis, scores } = await model.inference.infer({ kind: 'score', query, items }, inferOptions)
  const predicted = await predictRatings(model, history, items, inferOptions)
  let known = 0
  return {
    basis,
    scores: itemIds.map((itemId, n) => {
      if (numbers[n] === undefined) return { itemId, score: null }
      const position = known++
      return { itemId, score: scores[position]!, predictedRating: predicted?.[position] }
    }),
  }
}
