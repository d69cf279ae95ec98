// From rated items to recommended items: the same path for known users, new users, unsaved histories and groups.
import { createRandom } from '../random/random.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import type { History, Translation } from './history.ts'
import { type InferOptions, UnsupportedByModelError } from './inference/inference.ts'
import {
  type Basis,
  type Blend,
  type ExplorationDraw,
  explorationDraws,
  explorationShares,
  type InferenceResult,
  type Query,
  type RankedItems,
  type RankRequest,
  type UserQuery,
} from './inference/requests.ts'
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
  if (query.kind === 'history' && options.explore)
    return { basis: 'history', items: await explore(model, history, seen, options, inferOptions), ignored }
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

/**
 * The top items for a point of the latent space; the items of `seen`, as item numbers, ascending, are left out, unless
 * `excludeSeen` is false.
 *
 * @throws UnsupportedByModelError when the model does not support the options
 */
export async function recommendForEmbedding(
  model: ServedModel,
  embedding: Float32Array,
  seen: Int32Array,
  options: RankingOptions,
  inferOptions?: InferOptions,
): Promise<readonly ScoredItem[]> {
  requireSupport(model, options)
  const query: Query = { kind: 'embedding', embedding }
  return toScoredItems(model, await rank(model, query, seen, options, inferOptions))
}

/** An item with its score; null if the model does not know the item. */
export interface ItemScore extends Pick<ScoredItem, 'itemId' | 'predictedRating'> {
  readonly score: number | null
}

/** The scores of the listed items, in their order. */
export async function scoreItems(
  model: ServedModel,
  rated: readonly RatedItem[],
  itemIds: readonly string[],
  inferOptions?: InferOptions,
): Promise<{ basis: Basis; scores: ItemScore[] }> {
  const { history } = model.toHistory(rated)
  const query = toQuery(model, history)
  const numbers = itemIds.map((itemId) => model.items.indexOf(itemId))
  const items = Int32Array.from(numbers.filter((number) => number !== undefined))
  const { basis, scores } = await model.inference.infer({ kind: 'score', query, items }, inferOptions)
  const predicted = await predictRatings(model, history, items, inferOptions)
  let known = 0
  return {
    basis,
    scores: itemIds.map((itemId, n) => {
      if (numbers[n] === undefined) return { itemId, score: null }
      const position = known++
      return { itemId, score: scores[position]!, predictedRating: predicted?.[position] }
    }),
  }
}

/** A history query, or a popularity query for a history that the model cannot rank by. */
export function toQuery(model: ServedModel, history: History): UserQuery {
  return model.canRankBy(history) ? { kind: 'history', history } : { kind: 'popularity' }
}

function requireSupport(
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

async function rank(
  model: ServedModel,
  query: Query,
  seen: Int32Array,
  options: RankingOptions,
  inferOptions: InferOptions | undefined,
): Promise<InferenceResult<RankRequest>> {
  const eligible = await model.eligibleItems(seen, options, inferOptions)
  return model.inference.infer({ kind: 'rank', query, ...eligible, options }, inferOptions)
}

/**
 * Builds a list item by item: each is the best one for the history with the items before it as positives, as a conditional
 * decoder such as `cf-nade` is trained; its score is the one at its turn. Items that the model was not trained on change
 * nothing for those after them.
 */
async function rankInSequence(
  model: ServedModel,
  history: History,
  seen: Int32Array,
  options: RecommendationOptions,
  inferOptions: InferOptions | undefined,
): Promise<InferenceResult<RankRequest>> {
  const { excluded, allowed } = await model.eligibleItems(seen, options, inferOptions)
  const positive = model.positiveThreshold ?? model.highestRating ?? 1
  const [items, scores]: [number[], number[]] = [[], []]
  let extended = history
  while (items.length < options.k) {
    const request: RankRequest = {
      ...{ kind: 'rank', query: { kind: 'history', history: extended }, allowed },
      excluded: Int32Array.from([...excluded, ...items]).sort(),
      options: { ...options, k: 1 },
    }
    const next = await model.inference.infer(request, inferOptions)
    if (next.items.length === 0) break
    items.push(next.items[0]!)
    scores.push(next.scores[0]!)
    if (next.items[0]! < model.trainedItems.size) extended = withItem(extended, next.items[0]!, positive)
  }
  return { items: Int32Array.from(items), scores: Float32Array.from(scores), basis: 'history' }
}

/** The history with a rating of an item in place of any that it has. */
function withItem({ items, values }: History, item: number, value: number): History {
  const ratings = new Map(Array.from(items, (rated, n) => [rated, values[n]!] as const)).set(item, value)
  const sorted = Int32Array.from(ratings.keys()).sort()
  return { items: sorted, values: Float32Array.from(sorted, (rated) => ratings.get(rated)!) }
}

/** The predicted ratings of items; undefined if there are none. */
async function predictRatings(
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

async function explore(
  model: ServedModel,
  history: History,
  seen: Int32Array,
  options: RecommendationOptions,
  inferOptions: InferOptions | undefined,
): Promise<ScoredItem[]> {
  const eligible = await model.eligibleItems(seen, options, inferOptions)
  const draw = drawExploration(options.explore!.seed)
  const request = { kind: 'explore' as const, history, ...eligible, options, draw }
  const explored = await model.inference.infer(request, inferOptions)
  return toScoredItems(model, explored, { propensities: explored.propensities })
}

/** Chooses a part of the mixture; the same seed chooses the same one. */
function drawExploration(seed: number): ExplorationDraw {
  const random = createRandom('explore', seed)
  const place = random.uniform()
  if (place < explorationShares.greedy) return { from: 'greedy' }
  if (place < explorationShares.greedy + explorationShares.posterior)
    return { from: 'posterior', point: random.integer(explorationDraws) }
  return { from: 'uniform', seed }
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

function toScoredItems(
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

/** The items that any of several users has seen, ascending. */
export function unionOfSeen(translations: readonly Translation[], itemCount: number): Int32Array {
  if (translations.length === 1) return translations[0]!.seen
  const isIncluded = new Uint8Array(itemCount)
  for (const { seen } of translations) for (const item of seen) isIncluded[item] = 1
  const union = new Int32Array(isIncluded.reduce((count, included) => count + included, 0))
  let next = 0
  for (let item = 0; item < itemCount; item++) if (isIncluded[item]) union[next++] = item
  return union
}
