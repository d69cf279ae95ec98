// What can be asked of a model, and what it answers: plain data, so that questions can be put together and sent to
// another thread. Items go by number; whoever asks translates.
import type { History } from '../history.ts'

/**
 * How the tastes of a group become one: the mean of their embeddings, or of their scores where there is no latent
 * space; the score of whoever an item falls farthest short of their own favourite for; the product of their
 * posteriors, in which each counts by how sure the model is of them.
 */
export const blends = ['mean', 'least-misery', 'product-of-experts'] as const
export type Blend = (typeof blends)[number]

/** Whose liking is asked for. */
export type Taste =
  | { readonly kind: 'history'; readonly history: History }
  | { readonly kind: 'embedding'; readonly embedding: Float32Array }
  /** Nobody's in particular. */
  | { readonly kind: 'popularity' }
  | { readonly kind: 'group'; readonly members: readonly History[]; readonly blend: Blend }

/** The taste of one, or of nobody. */
export type OwnTaste = Extract<Taste, { kind: 'history' | 'popularity' }>

/** Which items may be in a list. */
export interface Eligible {
  /** Item numbers, ascending. */
  readonly excluded: Int32Array
  /** A byte for each item, 0 where it may not be shown; may lie in shared memory. Null where all may. */
  readonly allowed: Uint8Array | null
}

/** The best items for a taste. */
export interface RankQuestion extends Eligible {
  readonly kind: 'rank'
  readonly taste: Taste
  readonly k: number
  /**
   * By how many standard deviations of the scores an item is put back for each standard deviation by which the
   * logarithm of its popularity is above the mean; 0 for not at all. The scores that are answered stay the model's.
   */
  readonly popularityPenalty: number
  /**
   * How much unlikeness to the items placed before counts against the score, from 0 to 1: maximal marginal relevance.
   * Above 0 only for a model with item vectors.
   */
  readonly diversity: number
}

/**
 * The best items for one of `explorationDraws` points drawn from the posterior of a history, which are the same
 * whenever the history is. Only for a model that has one.
 */
export interface ExploreQuestion extends Eligible {
  readonly kind: 'explore'
  readonly history: History
  readonly k: number
  readonly popularityPenalty: number
  /** Which of the points, from 0. */
  readonly draw: number
}

/** How given items score. */
export interface ScoreQuestion {
  readonly kind: 'score'
  readonly taste: Taste
  readonly items: Int32Array
}

/** Where a history lies in the latent space. Only for a model that has one. */
export interface EmbedQuestion {
  readonly kind: 'embed'
  readonly history: History
}

/** What items of a history do for the score of `item`, and where that item stands. */
export interface ExplainQuestion extends Eligible {
  readonly kind: 'explain'
  readonly taste: OwnTaste
  readonly item: number
  /** Places in the history, each of which is left out in turn; none for the popularity. */
  readonly removed: Int32Array
}

/** The vector of an item. Only for a model with item vectors. */
export interface ItemVectorQuestion {
  readonly kind: 'item-vector'
  readonly item: number
}

/** The items whose vectors point the same way. Only for a model with item vectors. */
export interface SimilarItemsQuestion extends Eligible {
  readonly kind: 'similar-items'
  readonly item: number
  readonly k: number
}

export type Question =
  | RankQuestion
  | ExploreQuestion
  | ScoreQuestion
  | EmbedQuestion
  | ExplainQuestion
  | ItemVectorQuestion
  | SimilarItemsQuestion

/** From how many points of a posterior one is drawn. */
export const explorationDraws = 32

/** Items, best first, with what they score. */
export interface RankedItems {
  readonly items: Int32Array
  readonly scores: Float32Array
}

export interface ExploredItems extends RankedItems {
  /** Of each item, the share of the points that have it in the same place. */
  readonly propensities: Float64Array
}

export interface Embedding {
  readonly mean: Float32Array
  /** Standard deviations of the posterior; null where the model has none. */
  readonly std: Float32Array | null
}

export interface Explanation {
  readonly score: number
  /** For each place of `removed`, by how much the score would be lower without it. */
  readonly contributions: Float32Array
  /** How many items that may be shown rank before it. */
  readonly before: number
}

interface Answers {
  readonly rank: RankedItems
  readonly explore: ExploredItems
  readonly score: Float32Array
  readonly embed: Embedding
  readonly explain: Explanation
  readonly 'item-vector': Float32Array
  /** Scores are cosines. */
  readonly 'similar-items': RankedItems
}

export type AnswerTo<Q extends Question> = Answers[Q['kind']]
export type Answer = AnswerTo<Question>

/** What a model can be asked beyond ranking and scoring. */
export interface Abilities {
  /** Length of an embedding, or null when the model has no latent space. */
  readonly latentSize: number | null
  /** Whether embeddings come with standard deviations. */
  readonly hasPosterior: boolean
  /** Length of an item's vector, or null when items have none. */
  readonly itemVectorSize: number | null
}
