// Inference off the event loop: each model in a worker thread.
import { setFlagsFromString } from 'node:v8'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import type { BackendChoice } from '../../compute/backend.ts'
import type { Artifact } from '../../registry/artifact.ts'
import { Batcher, type BatchObserver } from './batcher.ts'
import { type Inference, InferenceLostError, type InferOptions, type OpenInference } from './inference.ts'
import type { ModelParts, ThreadData, ThreadRequest, ThreadResponse } from './messages.ts'
import type { Capabilities, InferenceRequest, InferenceResult } from './requests.ts'

export interface InferenceThreads {
  readonly backend: BackendChoice
  /**
   * Opens each model in its own thread: requests for other models are not delayed while it loads, and all of its
   * memory is released with it.
   */
  readonly open: OpenInference
  /** Ends the thread that no model uses yet. */
  close(): Promise<void>
}

export interface InferenceThreadOptions {
  /** The fastest backend that works, by default. */
  readonly backend?: string
  readonly observer?: BatchObserver
}

/**
 * Starts the first thread, which waits for the first model.
 *
 * @throws Error when the backend cannot be used, with what to install
 */
export async function startInferenceThreads(options: InferenceThreadOptions = {}): Promise<InferenceThreads> {
  let spare: InferenceThread | null = new InferenceThread(options)
  const backend = await spare.start()
  return {
    backend,
    open: async (artifact) => {
      const thread = spare ?? new InferenceThread(options)
      spare = null
      return thread.open(artifact)
    },
    close: async () => spare?.close(),
  }
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A worker thread with its own backend, for one model; within a batch the backend uses all cores. */
class InferenceThread implements Inference {
  readonly #worker: Worker
  readonly #batcher: Batcher
  readonly #started: Promise<BackendChoice>
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #capabilities: Capabilities | undefined
  #lost: InferenceLostError | undefined

  constructor({ backend, observer }: InferenceThreadOptions) {
    const workerData: ThreadData = { backend }
    // Applies to threads that start from now on. A worker's `resourceLimits` are ignored if the process sets a size.
    setFlagsFromString(`--max-semi-space-size=${maxSemiSpaceMiB}`)
    this.#worker = new Worker(new URL('./start-worker.mjs', import.meta.url), {
      workerData,
      execArgv: [],
      // native libraries read the variables of the process, not a thread's copy of them
      env: SHARE_ENV,
    })
    this.#started = new Promise((resolve, reject) =>
      this.#pending.set(0, { resolve: resolve as Pending['resolve'], reject }),
    )
    this.#worker.on('message', (response: ThreadResponse) => this.#settle(response))
    const onEnd = (cause: unknown) =>
      this.#lose(new InferenceLostError('The thread of the model has ended; it is started again', { cause }))
    this.#worker.on('error', onEnd)
    this.#worker.on('exit', onEnd)
    this.#batcher = new Batcher(
      (requests) =>
        this.#send((id) => ({ id, kind: 'infer', requests })) as Promise<readonly InferenceResult[]>,
      observer,
    )
  }

  /**
   * Resolves when the backend is ready.
   *
   * @throws Error when the backend cannot be used, with what to install
   */
  start(): Promise<BackendChoice> {
    return this.#closingOnFailure(this.#started)
  }

  /** Opens the model. Its large arrays are moved to the thread, which leaves those of the artifact empty. */
  async open(artifact: Artifact): Promise<Inference> {
    await this.start()
    const parts = partsOf(artifact)
    const opened = this.#send((id) => ({ id, kind: 'open', parts }), [...buffersOf(parts)])
    this.#capabilities = (await this.#closingOnFailure(opened)) as Capabilities
    return this
  }

  get capabilities(): Capabilities {
    return this.#capabilities!
  }

  get isLost(): boolean {
    return this.#lost !== undefined
  }

  infer<R extends InferenceRequest>(request: R, options?: InferOptions): Promise<InferenceResult<R>> {
    return this.#batcher.infer(request, options)
  }

  dispose(): void {
    void this.close()
  }

  async close(): Promise<void> {
    this.#lose(new InferenceLostError('The model was closed'))
    await this.#worker.terminate()
  }

  async #closingOnFailure<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      await this.close()
      throw error
    }
  }

  #send(request: (id: number) => ThreadRequest, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#lost) return Promise.reject(this.#lost)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#worker.postMessage(request(id), transfer)
    })
  }

  #settle(response: ThreadResponse): void {
    const pending = this.#pending.get(response.id)
    if (pending === undefined) return
    this.#pending.delete(response.id)
    if ('error' in response) pending.reject(response.error)
    else pending.resolve(response.value)
  }

  #lose(error: InferenceLostError): void {
    this.#lost ??= error
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}

/**
 * Of the young generation of the thread's heap. The arrays of a batch hold memory outside the heap; unless they are
 * collected early, they add up until V8 collects the whole heap several times a second.
 */
const maxSemiSpaceMiB = 8

function partsOf({ model, hyperparameters, weights, popularity }: Artifact): ModelParts {
  return { model, hyperparameters, weights, popularity }
}

function buffersOf({ weights, popularity }: ModelParts): Set<ArrayBuffer> {
  const arrays = [popularity, ...Object.values(weights).map(({ values }) => values)]
  return new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))
}
