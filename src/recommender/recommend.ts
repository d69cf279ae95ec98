// From what somebody rated to what they should see: the one path for known users, new ones and strangers.
import type { Taste } from './answering/question.ts'
import { type History, type RatedItem, toHistory } from './history.ts'
import { NoLatentSpaceError } from './inference.ts'
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
  const taste = tasteOf(history)
  const { items, scores } = await model.inference.answer({
    kind: 'rank',
    taste,
    k,
    excluded: history.items,
    allowed: null,
    popularityPenalty: 0,
    diversity: 0,
  })
  const scored = Array.from(items, (item, place) => ({
    itemId: model.items.idOf(item),
    score: scores[place]!,
  }))
  return { basis: taste.kind === 'history' ? 'history' : 'popularity', items: scored, ignored }
}

/**
 * The point of the model's latent space that stands for somebody who rated these.
 *
 * @throws NoLatentSpaceError
 */
export async function embed(model: ServedModel, rated: readonly RatedItem[]): Promise<Float32Array> {
  if (model.inference.abilities.latentSize === null)
    throw new NoLatentSpaceError(`${model.manifest.model} has no latent space to embed anybody in`)
  const { history } = toHistory(rated, model.items)
  const { mean } = await model.inference.answer({ kind: 'embed', history })
  return mean
}

function tasteOf(history: History): Taste {
  return history.items.length > 0 ? { kind: 'history', history } : { kind: 'popularity' }
}
