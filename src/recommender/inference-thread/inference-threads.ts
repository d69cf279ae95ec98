// A thread for each model that answers.
import type { BackendChoice } from '../../compute/backend.ts'
import type { Inference, OpenInference } from '../inference.ts'
import { InferenceThread, type InferenceThreadOptions } from './inference-thread.ts'

export interface InferenceThreads {
  readonly backend: BackendChoice
  /**
   * Opens each model in a thread of its own, so that nobody who asks another one waits while it is loaded, and all of
   * its memory is given back with it.
   */
  readonly open: OpenInference
  /** Ends what no model is in. */
  close(): Promise<void>
}

/**
 * Starts the first thread, which waits for the first model.
 *
 * @throws Error when the backend cannot be used, with what to install
 */
export async function startInferenceThreads(options: InferenceThreadOptions): Promise<InferenceThreads> {
  let spare: InferenceThread | null = new InferenceThread(options)
  const backend = await spare.start()
  return {
    backend,
    open: async (artifact) => {
      const thread = spare ?? new InferenceThread(options)
      spare = null
      try {
        return withThread(await thread.open(artifact), thread)
      } catch (error) {
        await thread.close()
        throw error
      }
    },
    close: async () => spare?.close(),
  }
}

function withThread(inference: Inference, thread: InferenceThread): Inference {
  return {
    abilities: inference.abilities,
    get isLost() {
      return inference.isLost
    },
    answer: (question, isAbandoned) => inference.answer(question, isAbandoned),
    dispose: () => void thread.close(),
  }
}
