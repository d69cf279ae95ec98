// The steps of one request, executed together with those of other requests.
import type { Found, Search } from '../../compute/inner-product-search.ts'
import type { History } from '../history.ts'
import type { Embedding, InferenceResult, PredictRequest } from './requests.ts'

export interface Computation {
  /** The histories to encode. */
  readonly histories: readonly History[]
  /** Whether their embeddings need standard deviations. */
  readonly std?: boolean
  /**
   * The embeddings to decode, one for each list of scores, from the encoded histories. Without it each history is
   * scored directly, which works for a model without a latent space as well.
   */
  embeddingsToDecode?(encoded: readonly Embedding[]): readonly Float32Array[]
  /** Receives the scores of all items, once per decoded embedding, in order; the buffer is reused afterwards. */
  onScores?(scores: Float32Array): void
  /** Instead of the scores of all items: the top items for the only embedding, if the model can find them directly. */
  readonly search?: Search
  onTopItems?(found: Found): void
  /** The ratings to predict, of items in ascending order. */
  readonly prediction?: Pick<PredictRequest, 'history' | 'items'>
  /** Receives a rating for each of these items. */
  onRatings?(ratings: Float32Array): void
  result(): InferenceResult | Promise<InferenceResult>
}
