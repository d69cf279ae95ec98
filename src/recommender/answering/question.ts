// What can be asked of a model, and what it answers: plain data, so that questions can be put together and sent to
// another thread. Items go by number; whoever asks translates.
import type { History } from '../history.ts'

/** Whose liking is asked for. */
export type Taste =
  | { readonly kind: 'history'; readonly history: History }
  | { readonly kind: 'embedding'; readonly embedding: Float32Array }
  /** Nobody's in particular. */
  | { readonly kind: 'popularity' }

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

/** What each item of a history does for the score of `item`, and where that item stands. */
export interface ExplainQuestion extends Eligible {
  readonly kind: 'explain'
  readonly history: History
  readonly item: number
}

export type Question = RankQuestion | ScoreQuestion | EmbedQuestion | ExplainQuestion

/** Items, best first, with what they score. */
export interface RankedItems {
  readonly items: Int32Array
  readonly scores: Float32Array
}

export interface Embedding {
  readonly mean: Float32Array
}

export interface Explanation {
  readonly score: number
  /** For each item of the history, by how much the score would be lower without it. */
  readonly contributions: Float32Array
  /** How many items that may be shown rank before it. */
  readonly before: number
}

interface Answers {
  readonly rank: RankedItems
  readonly score: Float32Array
  readonly embed: Embedding
  readonly explain: Explanation
}

export type AnswerTo<Q extends Question> = Answers[Q['kind']]
export type Answer = AnswerTo<Question>

/** What a model can be asked beyond ranking and scoring. */
export interface Abilities {
  /** Length of an embedding, or null when the model has no latent space. */
  readonly latentSize: number | null
}
