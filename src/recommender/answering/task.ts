// The steps of answering one question, taken side by side with those of others.
import type { Found, Search } from '../../compute/inner-product-search.ts'
import type { History } from '../history.ts'
import type { Answer, Embedding } from './question.ts'

export interface Task {
  /** To be encoded. */
  readonly histories: readonly History[]
  /** Whether they must come with the std of their posteriors. */
  readonly std?: boolean
  /**
   * What is to be decoded, given the encoded histories: an embedding for each list of scores that is wanted. Where it
   * is absent, each history is scored as it is, which a model without a latent space can do as well.
   */
  points?(encoded: readonly Embedding[]): readonly Float32Array[]
  /** Takes in the scores of all items, once for each point, in their order; they are overwritten afterwards. */
  see?(scores: Float32Array): void
  /** In place of the scores of all items: the best ones for the only point, where the model finds them. */
  readonly search?: Search
  find?(found: Found): void
  answer(): Answer | Promise<Answer>
}
