// Where the arithmetic of a request happens: the seam between what is asked and how it is computed.
import { answerQuestions } from './answering/answer-questions.ts'
import { type AnsweringModel, abilitiesOf } from './answering/answering-model.ts'
import type { Abilities, AnswerTo, Question } from './answering/question.ts'

/** Answers one question at a time; what goes in and comes out is plain and small, whatever the number of items. */
export interface Inference {
  /** What may be asked; a question beyond it is an error of whoever asks. */
  readonly abilities: Abilities
  answer<Q extends Question>(question: Q): Promise<AnswerTo<Q>>
  /** Frees the model; nothing may be asked afterwards. */
  dispose(): void
}

/** The question cannot be put to this model, for it has no latent space. */
export class NoLatentSpaceError extends Error {
  override readonly name = 'NoLatentSpaceError'
}

/** Computes each question on its own, on the current backend. */
export function directInference(model: AnsweringModel): Inference {
  return {
    abilities: abilitiesOf(model),
    answer: async (question) => {
      const [answer] = await answerQuestions(model, [question])
      return answer!
    },
    dispose: () => model.scorer.dispose(),
  }
}
