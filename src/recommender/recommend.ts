// From rated items to recommended items: the same path for known users, new users and unsaved histories.
import type { RatedItem } from '../ratings/user-ratings.ts'
import { explore } from './explore.ts'
import type { History } from './history.ts'
import { type InferOptions, UnsupportedByModelError } from './inference/inference.ts'
import type {
  Basis,
  InferenceResult,
  Query,
  RankedItems,
  RankRequest,
  UserQuery,
} from './inference/requests.ts'
import { rankInSequence } from './rank-in-sequence.ts'
import type { RankingOptions, RecommendationOptions } from './recommendation-options.ts'
import type { ServedModel } from './served-model.ts'

export interface ScoredItem {
  readonly itemId: string
  readonly score: number
  /** Absent if the model does not predict ratings, or knows no item of the history. */
  readonly predictedRating?: number | undefined
  /** The interest of the user that the item is for, counted from 0; absent if the model does not separate interests. */
  readonly interest?: number | undefined
  /** In an exploring list, the probability of the item at its position. */
  readonly propensity?: number | undefined
}

export interface Recommendations {
  readonly basis: Basis
  /** Highest score first; fewer than `k` when fewer items are eligible. */
  readonly items: readonly ScoredItem[]
  /** Rated items that the model was not trained on. */
  readonly ignored: readonly string[]
}

/**
 * The top items for a user who has rated these items.
 *
 * @throws UnsupportedByModelError when the model does not support the options
 */
export async function recommend(
  model: ServedModel,
  rated: readonly RatedItem[],
  options: RecommendationOptions,
  inferOptions?: InferOptions,
): Promise<Recommendations> {
  const { history, seen, ignored } = model.toHistory(rated)
  requireSupport(model, options)
  const query = toQuery(model, history)
  if (query.kind === 'history' && options.explore) {
    const explored = await explore(model, history, seen, options, inferOptions)
    const { propensities } = explored
    return { basis: 'history', items: toScoredItems(model, explored, { propensities }), ignored }
  }
  const ranked =
    query.kind === 'history' && options.sequential
      ? await rankInSequence(model, history, seen, options, inferOptions)
      : await rank(model, query, seen, options, inferOptions)
  // Popularity is not explored: its list is the same for every seed.
  const certain = options.explore && new Float64Array(ranked.items.length).fill(1)
  const predicted = await predictRatings(model, history, ranked.items, inferOptions)
  const interests =
    ranked.basis === 'history' ? await interestsOf(model, history, ranked.items, inferOptions) : undefined
  const items = toScoredItems(model, ranked, { propensities: certain, predicted, interests })
  return { basis: ranked.basis, items, ignored }
}

/** A history query, or a popularity query for a history that the model cannot rank by. */
export function toQuery(model: ServedModel, history: History): UserQuery {
  return model.canRankBy(history) ? { kind: 'history', history } : { kind: 'popularity' }
}

/** @throws UnsupportedByModelError */
export function requireSupport(
  { inference, manifest }: ServedModel,
  { diversity, explore }: RankingOptions & Partial<RecommendationOptions>,
): void {
  const { itemVectorSize, hasPosterior } = inference.capabilities
  if (diversity > 0 && itemVectorSize === null)
    throw new UnsupportedByModelError(
      `${manifest.model} has no item vectors for diversity: omit the option, or use another model`,
    )
  if (explore && !hasPosterior)
    throw new UnsupportedByModelError(
      `${manifest.model} has no posterior to explore: omit the option, or use a model such as mult-vae`,
    )
}

/** Ranks the items that the options allow. */
export async function rank(
  model: ServedModel,
  query: Query,
  seen: Int32Array,
  options: RankingOptions,
  inferOptions: InferOptions | undefined,
): Promise<InferenceResult<RankRequest>> {
  const eligible = await model.eligibleItems(seen, options, inferOptions)
  return model.inference.infer({ kind: 'rank', query, ...eligible, options }, inferOptions)
}

/** The predicted ratings of items; undefined if there are none. */
export async function predictRatings(
  { inference }: ServedModel,
  history: History,
  items: Int32Array,
  inferOptions: InferOptions | undefined,
): Promise<Float32Array | undefined> {
  if (!inference.capabilities.predictsRatings || history.items.length === 0 || items.length === 0)
    return undefined
  return inference.infer({ kind: 'predict', history, items }, inferOptions)
}

/** The interests that the items are for; undefined if the model has one for all. */
async function interestsOf(
  { inference }: ServedModel,
  history: History,
  items: Int32Array,
  inferOptions: InferOptions | undefined,
): Promise<Int32Array | undefined> {
  if (!inference.capabilities.hasInterests || items.length === 0) return undefined
  return inference.infer({ kind: 'interests', history, items }, inferOptions)
}

/** What is known of each item besides its score. */
interface ItemValues {
  readonly propensities?: Float64Array | undefined
  readonly predicted?: Float32Array | undefined
  readonly interests?: Int32Array | undefined
}

/** Undefined for a new item. */
function interestAt(interests: Int32Array | undefined, position: number): number | undefined {
  const interest = interests?.[position] ?? -1
  return interest < 0 ? undefined : interest
}

/** Translates item numbers into ids. */
export function toScoredItems(
  model: ServedModel,
  { items, scores }: RankedItems,
  { propensities, predicted, interests }: ItemValues = {},
): ScoredItem[] {
  return Array.from(items, (item, position) => ({
    itemId: model.items.idOf(item),
    score: scores[position]!,
    predictedRating: predicted?.[position],
    propensity: propensities?.[position],
    interest: interestAt(interests, position),
  }))
}
