// Inference off the event loop, in worker threads that models share.
import { availableParallelism } from 'node:os'
import type { BackendChoice } from '../../compute/backend.ts'
import type { Artifact } from '../../registry/artifact.ts'
import { chooseThread } from './choose-thread.ts'
import type { OpenInference } from './inference.ts'
import { InferenceThread, type InferenceThreadOptions, weightBytesOf } from './inference-thread.ts'

export interface InferenceThreads {
  readonly backend: BackendChoice
  /** Opens a model in one of the threads, see `startInferenceThreads`. */
  readonly open: OpenInference
  /** Ends all threads. */
  close(): Promise<void>
}

/**
 * Starts the first thread. A thread costs some 80 MB, so models share one thread for each two cores, or a single one on
 * a GPU. While a model is opened, the others in its thread wait; therefore, and so that their memory is released with
 * them, models beyond 256 MiB of weights per thread get further threads, which end when their last model is freed.
 *
 * @throws Error when the backend cannot be used, with what to install
 */
export async function startInferenceThreads(options: InferenceThreadOptions = {}): Promise<InferenceThreads> {
  const first = new InferenceThread(options)
  const backend = await first.start()
  const sharedThreads = backend.device.gpu ? 1 : Math.max(1, availableParallelism() >> 1)
  let threads = [first]

  function threadFor(artifact: Artifact): InferenceThread {
    threads = threads.filter(({ isLost }) => !isLost)
    const chosen = chooseThread(threads, weightBytesOf(artifact), sharedThreads)
    if (chosen) return chosen
    const started = new InferenceThread(options)
    threads.push(started)
    return started
  }

  /** One thread is kept for the next model. */
  function endIfUnused(thread: InferenceThread): void {
    if (thread.hasModels || threads.length === 1) return
    threads = threads.filter((other) => other !== thread)
    void thread.close()
  }

  return {
    backend,
    open: async (artifact) => {
      const thread = threadFor(artifact)
      return thread.open(artifact, () => endIfUnused(thread))
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}
