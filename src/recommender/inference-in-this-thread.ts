// Computing where it is asked: for tests and programs that answer nobody else meanwhile.
import type { Scorer } from '../models/scorer.ts'
import type { Artifact } from '../registry/artifact.ts'
import { answerQuestions } from './answering/answer-questions.ts'
import { abilitiesOf } from './answering/answering-model.ts'
import { openAnsweringModel } from './answering/open-answering-model.ts'
import type { OpenInference } from './inference.ts'

/** Computes each question on its own, on the current backend. */
export function inThisThread(open: (artifact: Artifact) => Scorer): OpenInference {
  return async (artifact) => {
    const model = openAnsweringModel(artifact, open)
    return {
      abilities: abilitiesOf(model),
      isLost: false,
      answer: async (question) => {
        const [answer] = await answerQuestions(model, [question])
        return answer!
      },
      dispose: () => model.scorer.dispose(),
    }
  }
}
