import { topItems } from '../../compute/top-items.ts'
import type { Computation } from './computation.ts'
import { topDiverseItems } from './diversify.ts'
import type { InferenceModel } from './inference-model.ts'
import { adjustedScores } from './popularity-penalty.ts'
import type { EligibleItems, RankedItems, RankRequest } from './requests.ts'
import { fromScores } from './score.ts'

export function computeRank(model: InferenceModel, request: RankRequest): Computation {
  const { query, options, excluded, allowed } = request
  const { k, popularityPenalty, diversity, exact } = options
  if (diversity > 0)
    return fromScores(model, query, async (scores, basis) => ({
      ...(await topDiverseItems(model, scores, request)),
      basis,
    }))
  const search = popularityPenalty === 0 && !exact ? { count: k, excluded, allowed } : undefined
  return fromScores(
    model,
    query,
    (scores, basis) => ({ ...topRankedItems(model, scores, request), basis }),
    search,
  )
}

/** The `k` eligible items with the highest adjusted scores, with the scores that the model gives them. */
export function topRankedItems(
  model: InferenceModel,
  scores: Float32Array,
  { options, excluded, allowed }: EligibleItems & Pick<RankRequest, 'options'>,
): RankedItems {
  const items = topItems(adjustScores(model, scores, options), excluded, options.k, allowed)
  return { items, scores: Float32Array.from(items, (item) => scores[item]!) }
}

/** The scores by which the items are ranked. */
export function adjustScores(
  model: InferenceModel,
  scores: Float32Array,
  { popularityPenalty }: RankRequest['options'],
): Float32Array {
  if (popularityPenalty === 0) return scores
  return adjustedScores(scores, model.standardizedPopularity, popularityPenalty)
}
