import { hasInterests } from '../../models/scorer.ts'
import { toMatrix } from './history-matrix.ts'
import type { InferenceModel } from './inference-model.ts'
import type { InterestsRequest } from './requests.ts'

/** @throws Error if the model has one interest for all items */
export async function interestsOf(
  { scorer }: InferenceModel,
  { history, items }: InterestsRequest,
): Promise<Int32Array> {
  if (!hasInterests(scorer)) throw new Error('This model does not separate interests')
  const embedding = await scorer.embed(toMatrix([history], scorer.itemCount, 1))
  const interests = await scorer.interestOfItems(embedding)
  return items.map((item) => (item < scorer.itemCount ? interests[item]! : -1))
}
