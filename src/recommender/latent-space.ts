// Embeddings of users and vectors of items.
import type { RatedItem } from '../ratings/user-ratings.ts'
import { type InferOptions, UnsupportedByModelError } from './inference/inference.ts'
import type { Embedding } from './inference/requests.ts'
import type { ScoredItem } from './recommend.ts'
import type { CandidateOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

/**
 * The embedding of a user who has rated these items.
 *
 * @throws UnsupportedByModelError
 */
export async function embed(
  model: ServedModel,
  rated: readonly RatedItem[],
  inferOptions?: InferOptions,
): Promise<Embedding> {
  if (model.inference.capabilities.latentSize === null)
    throw new UnsupportedByModelError(`${model.manifest.model} has no latent space: use another model`)
  const { history } = model.toHistory(rated)
  return model.inference.infer({ kind: 'embed', history }, inferOptions)
}

/**
 * The vector of an item.
 *
 * @throws UnsupportedByModelError
 * @throws UnknownItemError
 */
export async function embedItem(
  model: ServedModel,
  itemId: string,
  inferOptions?: InferOptions,
): Promise<Float32Array> {
  requireItemVectors(model)
  return model.inference.infer({ kind: 'item-vector', item: model.itemNumber(itemId) }, inferOptions)
}

/**
 * The items most similar to an item, with their cosines.
 *
 * @throws UnsupportedByModelError
 * @throws UnknownItemError
 */
export async function similarItems(
  model: ServedModel,
  itemId: string,
  k: number,
  options: CandidateOptions,
  inferOptions?: InferOptions,
): Promise<readonly ScoredItem[]> {
  requireItemVectors(model)
  const item = model.itemNumber(itemId)
  const eligible = await model.eligibleItems(new Int32Array(0), options, inferOptions)
  const request = { kind: 'similar-items' as const, item, k, ...eligible }
  const { items, scores } = await model.inference.infer(request, inferOptions)
  return Array.from(items, (similar, position) => ({
    itemId: model.items.idOf(similar),
    score: scores[position]!,
  }))
}

function requireItemVectors({ inference, manifest }: ServedModel): void {
  if (inference.capabilities.itemVectorSize === null)
    throw new UnsupportedByModelError(`${manifest.model} has no item vectors: use another model`)
}
