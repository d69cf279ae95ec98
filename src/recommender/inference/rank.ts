import { topItems } from '../../compute/top-items.ts'
import type { Computation } from './computation.ts'
import { topDiverseItems } from './diversify.ts'
import type { InferenceModel } from './inference-model.ts'
import { adjustedScores } from './popularity-penalty.ts'
import type { EligibleItems, RankedItems, RankRequest } from './requests.ts'
import { fromScores } from './score.ts'

export function computeRank(model: InferenceModel, request: RankRequest): Computation {
  const { query, options, excluded, allowed } = request
  const { k, popularityPenalty, diversity } = options
  if (diversity > 0)
    return fromScores(model, query, async (scores, basis) => ({
      ...(await topDiverseItems(model, scores, request)),
      basis,
    }))
  const search = popularityPenalty === 0 ? { count: k, excluded, allowed } : undefined
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
  const { k, popularityPenalty } = options
  const adjusted =
    popularityPenalty === 0 ? scores : adjustedScores(scores, model.standardizedPopularity, popularityPenalty)
  const items = topItems(adjusted, excluded, k, allowed)
  return { items, scores: Float32Array.from(items, (item) => scores[item]!) }
}
