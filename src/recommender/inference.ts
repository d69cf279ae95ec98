// Where the arithmetic of a request happens: the seam between what is asked and how it is computed.
import type { Artifact } from '../registry/artifact.ts'
import type { Abilities, AnswerTo, Question } from './answering/question.ts'

/** Answers one question at a time; what goes in and comes out is plain and small, whatever the number of items. */
export interface Inference {
  /** What may be asked; a question beyond it is an error of whoever asks. */
  readonly abilities: Abilities
  /** Whether it can answer nothing any more and must be opened again. */
  readonly isLost: boolean
  /**
   * @param isAbandoned whether nobody waits for the answer any more; asked when its turn comes, and then not computed
   * @throws OverloadedError
   * @throws AbandonedError
   * @throws InferenceLostError
   */
  answer<Q extends Question>(question: Q, isAbandoned?: () => boolean): Promise<AnswerTo<Q>>
  /** Frees the model; nothing may be asked afterwards. */
  dispose(): void
}

/**
 * Opens a model to be asked; the artifact's weights are its own from then on.
 *
 * @throws Error when the weights do not fit the model, its hyperparameters or its items
 */
export type OpenInference = (artifact: Artifact) => Promise<Inference>

/** The question cannot be put to this kind of model; the message says why, and which can be asked. */
export class UnsupportedByModelError extends Error {
  override readonly name = 'UnsupportedByModelError'
}

/** More is asked than can be answered in time; this question is not, and may be asked again soon. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError'
}

/** Whoever asked has gone before it was their turn. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError'
}

/** What computed has come to an end; it is started again. */
export class InferenceLostError extends Error {
  override readonly name = 'InferenceLostError'
}
