import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import { type AttributeValue, directionToward } from './directions.ts'
import type { InferOptions } from './inference/inference.ts'
import type { Basis } from './inference/requests.ts'
import { embed } from './latent-space.ts'
import { recommend, type ScoredItem } from './recommend.ts'
import { recommendForEmbedding } from './recommend-for-embedding.ts'
import type { RankingOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

export interface Steering {
  readonly toward: AttributeValue
  /** How far the embedding is moved, in lengths of the embedding; a negative number moves it away. */
  readonly strength: number
}

export interface SteeredList {
  /** `direction` if the model cannot rank by the history: then the list follows from the direction alone. */
  readonly basis: Basis | 'direction'
  readonly items: readonly ScoredItem[]
  /** Rated items that the model was not trained on. */
  readonly ignored: readonly string[]
}

/**
 * The top items for the embedding of a user who has rated these items, moved along the direction of an attribute.
 *
 * @throws UnsupportedByModelError, UnknownDirectionError
 */
export async function steer(
  model: ServedModel,
  rated: readonly RatedItem[],
  { toward, strength }: Steering,
  options: RankingOptions,
  catalog: Pick<ItemCatalog, 'read'>,
  inferOptions?: InferOptions,
): Promise<SteeredList> {
  const direction = await directionToward(model, toward, catalog)
  if (strength === 0) return recommend(model, rated, { ...options, sequential: false }, inferOptions)
  const { history, seen, ignored } = model.toHistory(rated)
  const { mean } = await embed(model, rated, inferOptions)
  const isKnown = model.canRankBy(history)
  const length = isKnown ? Math.hypot(...mean) : Math.hypot(...direction)
  const step = (strength * length) / (Math.hypot(...direction) || 1)
  const moved = mean.map((value, n) => value + step * direction[n]!)
  const items = await recommendForEmbedding(model, moved, seen, options, inferOptions)
  return { basis: isKnown ? 'history' : 'direction', items, ignored }
}
