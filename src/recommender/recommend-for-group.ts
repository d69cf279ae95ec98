import type { RatedItem } from '../ratings/user-ratings.ts'
import { unionOfSeen } from './history.ts'
import { type InferOptions, UnsupportedByModelError } from './inference/inference.ts'
import type { Blend, Query } from './inference/requests.ts'
import { type Recommendations, rank, requireSupport, toScoredItems } from './recommend.ts'
import type { RankingOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

/**
 * The top items for a group; items that any member rated are left out, unless `excludeSeen` is false.
 *
 * @throws UnsupportedByModelError when the model does not support the options or the blend
 */
export async function recommendForGroup(
  model: ServedModel,
  ratedByEach: readonly (readonly RatedItem[])[],
  blend: Blend,
  options: RankingOptions,
  inferOptions?: InferOptions,
): Promise<Recommendations> {
  requireSupport(model, options)
  if (blend === 'product-of-experts' && !model.inference.capabilities.hasPosterior)
    throw new UnsupportedByModelError(
      `${model.manifest.model} has no posterior: use the blend mean or least-misery, or a model such as mult-vae`,
    )
  const translations = ratedByEach.map((rated) => model.toHistory(rated))
  const histories = translations.map(({ history }) => history)
  const members = histories.filter((history) => model.canRankBy(history))
  const query: Query = members.length > 0 ? { kind: 'group', members, blend } : { kind: 'popularity' }
  const seen = unionOfSeen(translations, model.items.size)
  const ranked = await rank(model, query, seen, options, inferOptions)
  const ignored = [...new Set(translations.flatMap((translation) => translation.ignored))]
  return { basis: ranked.basis, items: toScoredItems(model, ranked), ignored }
}
