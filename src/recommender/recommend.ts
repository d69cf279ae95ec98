// From what somebody rated to what they should see: the one path for known users, new ones and strangers.
import { type RatedItem, toHistory } from './history.ts'
import { rank } from './inference.ts'
import type { ServedModel } from './served-model.ts'

interface ScoredItem {
  readonly itemId: string
  readonly score: number
}

export interface Recommendations {
  /** Whether the model answered from the history, or the most rated items stand in because it knows none of it. */
  readonly basis: 'history' | 'popularity'
  /** Best first; nothing that was rated. Fewer than asked for when fewer are left. */
  readonly items: readonly ScoredItem[]
  /** Rated items that the model does not know. */
  readonly ignored: string[]
}

/** The `k` best items of the model for somebody who rated these. */
export async function recommend(
  model: ServedModel,
  rated: readonly RatedItem[],
  k: number,
): Promise<Recommendations> {
  const { history, ignored } = toHistory(rated, model.items)
  const basis = history.items.length > 0 ? 'history' : 'popularity'
  const { items, scores } =
    basis === 'history' ? await model.inference.rank(history, k) : rank(model.popularity, history, k)
  const scored = Array.from(items, (item, place) => ({
    itemId: model.items.idOf(item),
    score: scores[place]!,
  }))
  return { basis, items: scored, ignored }
}

/** The point of the model's latent space that stands for somebody who rated these. */
export function embed(model: ServedModel, rated: readonly RatedItem[]): Promise<Float32Array> {
  return model.inference.embed(toHistory(rated, model.items).history)
}
