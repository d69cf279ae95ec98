import { topItems } from '../../compute/top-items.ts'
import type { InferenceModel } from './inference-model.ts'
import type { ItemVectorRequest, RankedItems, SimilarItemsRequest } from './requests.ts'

export async function itemVector(
  { itemSpace }: InferenceModel,
  { item }: ItemVectorRequest,
): Promise<Float32Array> {
  return itemSpace.itemVectors(Int32Array.of(item))
}

/** The items whose centered vectors have the highest cosines with that of `item`, without `item` itself. */
export async function similarItems(
  model: InferenceModel,
  { item, k, excluded, allowed }: SimilarItemsRequest,
): Promise<RankedItems> {
  const { mean, lengths } = await model.itemGeometry
  const direction = await centeredDirections(model, Int32Array.of(item))
  const cosines = await model.itemSpace.itemProducts(direction)
  let meanProduct = 0
  for (let n = 0; n < mean.length; n++) meanProduct += direction[n]! * mean[n]!
  for (let other = 0; other < cosines.length; other++)
    cosines[other] = (cosines[other]! - meanProduct) / lengths[other]!
  cosines[item] = Number.NEGATIVE_INFINITY
  const items = topItems(cosines, excluded, k, allowed).filter((other) => other !== item)
  return { items, scores: Float32Array.from(items, (other) => cosines[other]!) }
}

/** items.length × size: the item vectors less the mean of all, scaled to length 1. */
export async function centeredDirections(model: InferenceModel, items: Int32Array): Promise<Float32Array> {
  const { mean, lengths } = await model.itemGeometry
  const vectors = await model.itemSpace.itemVectors(items)
  for (const [row, item] of items.entries())
    for (let n = 0; n < mean.length; n++) {
      const index = row * mean.length + n
      vectors[index] = (vectors[index]! - mean[n]!) / lengths[item]!
    }
  return vectors
}
