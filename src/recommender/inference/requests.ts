// The requests that a model answers and their results: plain data, so that requests can be batched and sent to another
// thread. Items are item numbers of the model; callers translate ids.
import type { History } from '../history.ts'
import type { RankingOptions, RecommendationOptions } from '../recommendation-options.ts'

/**
 * How the members of a group are combined. `mean`: the mean of their embeddings, or of their scores where the model has
 * no latent space. `least-misery`: an item's score is the lowest over the members, each relative to the member's best
 * score. `product-of-experts`: the product of their posteriors, which weighs a member by the model's certainty.
 */
export const blends = ['mean', 'least-misery', 'product-of-experts'] as const
export type Blend = (typeof blends)[number]

/** What the scores of all items are computed from. */
export type Query =
  | { readonly kind: 'history'; readonly history: History }
  | { readonly kind: 'embedding'; readonly embedding: Float32Array }
  /** Not personalized: items score by their popularity, see `InferenceModel`. */
  | { readonly kind: 'popularity' }
  | { readonly kind: 'group'; readonly members: readonly History[]; readonly blend: Blend }

/** What scores are based on: the history, or the popularity of each item. */
export type Basis = 'history' | 'popularity'

/** The query for one user. */
export type UserQuery = Extract<Query, { kind: 'history' | 'popularity' }>

/** The items that may be in a result. */
export interface EligibleItems {
  /** Item numbers, ascending. */
  readonly excluded: Int32Array
  /** One byte per item, 0 for an item that may not be shown; possibly in shared memory. Null when all may be shown. */
  readonly allowed: Uint8Array | null
}

/** The top items for a query. */
export interface RankRequest extends EligibleItems {
  readonly kind: 'rank'
  readonly query: Query
  readonly options: RankingOptions
}

/** A list of a mixture, with the probabilities of all its lists. Only for a model with a posterior. */
export interface ExploreRequest extends EligibleItems {
  readonly kind: 'explore'
  readonly history: History
  readonly options: RecommendationOptions
  readonly draw: ExplorationDraw
}

/**
 * One part of the mixture: the best items; the best items by one of `explorationDraws` points of the posterior, counted from
 * 0, which are a function of the history alone; or items drawn uniformly from the best ones, in random order.
 */
export type ExplorationDraw =
  | { readonly from: 'greedy' }
  | { readonly from: 'posterior'; readonly point: number }
  | { readonly from: 'uniform'; readonly seed: number }

/** The scores of the listed items. */
export interface ScoreRequest {
  readonly kind: 'score'
  readonly query: Query
  readonly items: Int32Array
}

/** The ratings that the model predicts for the listed items. Only for a model that predicts ratings. */
export interface PredictRequest {
  readonly kind: 'predict'
  readonly history: History
  readonly items: Int32Array
}

/** For which interest of the user each of the listed items is recommended. Only for a model with several interests. */
export interface InterestsRequest {
  readonly kind: 'interests'
  readonly history: History
  readonly items: Int32Array
}

/** The embedding of a history. Only for a model with a latent space. */
export interface EmbedRequest {
  readonly kind: 'embed'
  readonly history: History
}

/** The score and the rank of `item`. */
export interface ExplainRequest extends EligibleItems {
  readonly kind: 'explain'
  readonly query: UserQuery
  readonly item: number
}

/** What the interactions of a history contribute to the score of `item`. */
export interface ContributionsRequest {
  readonly kind: 'contributions'
  readonly history: History
  readonly item: number
}

/** The vector of an item. Only for a model with item vectors. */
export interface ItemVectorRequest {
  readonly kind: 'item-vector'
  readonly item: number
}

/** The items whose vectors have the highest cosine with that of `item`. Only for a model with item vectors. */
export interface SimilarItemsRequest extends EligibleItems {
  readonly kind: 'similar-items'
  readonly item: number
  readonly k: number
}

export type InferenceRequest =
  | RankRequest
  | ExploreRequest
  | ScoreRequest
  | PredictRequest
  | InterestsRequest
  | EmbedRequest
  | ExplainRequest
  | ContributionsRequest
  | ItemVectorRequest
  | SimilarItemsRequest

/** The number of posterior points that an exploring list may be drawn from. */
export const explorationDraws = 32

/** The probabilities of the parts of the mixture. */
export const explorationShares = { greedy: 0.5, posterior: 0.4, uniform: 0.1 } as const

/** Items with their scores, highest first. */
export interface RankedItems {
  readonly items: Int32Array
  readonly scores: Float32Array
}

/** A model that gives all items the same score ranks them by popularity instead. */
interface Based {
  readonly basis: Basis
}

export interface ExploredItems extends RankedItems {
  /** For each item, the probability that a list of the mixture has it at its position. */
  readonly propensities: Float64Array
}

export interface Embedding {
  readonly mean: Float32Array
  /** Standard deviations of the posterior; null for a model without one. */
  readonly std: Float32Array | null
}

export interface Explanation extends Based {
  readonly score: number
  /** The number of eligible items that rank above this one. */
  readonly higherRanked: number
}

/** For a long history, perhaps only the most important interactions. */
export interface Contributions {
  /** Positions in the history. */
  readonly positions: Int32Array
  /** For each, by how much the score falls without it. */
  readonly values: Float32Array
}

interface Results {
  readonly rank: RankedItems & Based
  readonly explore: ExploredItems
  readonly score: { readonly scores: Float32Array } & Based
  /** In the order of `items`, within the range of the training ratings. */
  readonly predict: Float32Array
  /** Counted from 0; −1 for an item that the model was not trained on. */
  readonly interests: Int32Array
  readonly embed: Embedding
  readonly explain: Explanation
  readonly contributions: Contributions
  readonly 'item-vector': Float32Array
  /** Scores are cosines. */
  readonly 'similar-items': RankedItems
}

export type InferenceResult<R extends InferenceRequest = InferenceRequest> = Results[R['kind']]

/** What a model supports besides ranking and scoring. */
export interface Capabilities {
  /** Length of an embedding; null for a model without a latent space. */
  readonly latentSize: number | null
  /** Whether embeddings have standard deviations. */
  readonly hasPosterior: boolean
  /** Whether the scores of two histories can differ in their order. */
  readonly isPersonalized: boolean
  readonly predictsRatings: boolean
  readonly hasInterests: boolean
  /** Length of an item's vector; null for a model without item vectors. */
  readonly itemVectorSize: number | null
}
