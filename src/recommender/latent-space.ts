// Where users and items lie to a model.
import type { Embedding } from './answering/question.ts'
import { type RatedItem, toHistory } from './history.ts'
import { UnsupportedByModelError } from './inference.ts'
import type { ScoredItem } from './recommend.ts'
import type { ServedModel } from './served-model.ts'
import { type Candidates, eligibleItems } from './wish.ts'

/** The model does not know the item. */
export class UnknownItemError extends Error {
  override readonly name = 'UnknownItemError'
}

/**
 * The point of the model's latent space that stands for somebody who rated these.
 *
 * @throws UnsupportedByModelError
 */
export async function embed(model: ServedModel, rated: readonly RatedItem[]): Promise<Embedding> {
  if (model.inference.abilities.latentSize === null)
    throw new UnsupportedByModelError(`${model.manifest.model} has no latent space to embed anybody in`)
  const { history } = toHistory(rated, model.items)
  return model.inference.answer({ kind: 'embed', history })
}

/**
 * The vector of an item.
 *
 * @throws UnsupportedByModelError
 * @throws UnknownItemError
 */
export async function embedItem(model: ServedModel, itemId: string): Promise<Float32Array> {
  requireItemVectors(model)
  return model.inference.answer({ kind: 'item-vector', item: numberOf(model, itemId) })
}

/**
 * The items most like one, with their cosines.
 *
 * @throws UnsupportedByModelError
 * @throws UnknownItemError
 */
export async function similarItems(
  model: ServedModel,
  itemId: string,
  k: number,
  candidates: Candidates,
): Promise<readonly ScoredItem[]> {
  requireItemVectors(model)
  const nobody = { items: new Int32Array(0), values: new Float32Array(0) }
  const { items, scores } = await model.inference.answer({
    kind: 'similar-items',
    item: numberOf(model, itemId),
    k,
    ...eligibleItems(model, nobody, candidates),
  })
  return Array.from(items, (item, place) => ({ itemId: model.items.idOf(item), score: scores[place]! }))
}

/** @throws UnknownItemError */
export function numberOf({ items, manifest }: ServedModel, itemId: string): number {
  const item = items.indexOf(itemId)
  if (item !== undefined) return item
  throw new UnknownItemError(
    `${manifest.model}, version ${manifest.version}, does not know item "${itemId}": it had no rating when the model was trained`,
  )
}

function requireItemVectors({ inference, manifest }: ServedModel): void {
  if (inference.abilities.itemVectorSize === null)
    throw new UnsupportedByModelError(`${manifest.model} has no vectors of items; name another model`)
}
