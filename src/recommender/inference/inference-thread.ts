import { setFlagsFromString } from 'node:v8'
import { SHARE_ENV, Worker } from 'node:worker_threads'
import type { BackendChoice } from '../../compute/backend.ts'
import type { Artifact } from '../../registry/artifact.ts'
import { Batcher, type BatchObserver } from './batcher.ts'
import { type Inference, InferenceLostError, type InferOptions } from './inference.ts'
import type { ModelParts, ThreadData, ThreadRequest, ThreadRequestBody, ThreadResponse } from './messages.ts'
import type { Capabilities, InferenceRequest, InferenceResult } from './requests.ts'

export interface InferenceThreadOptions {
  /** The fastest backend that works, by default. */
  readonly backend?: string
  readonly observer?: BatchObserver
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A worker thread with its own backend, for any number of models; within a batch the backend uses all cores. */
export class InferenceThread {
  readonly #worker: Worker
  readonly #observer: BatchObserver | undefined
  readonly #started: Promise<BackendChoice>
  readonly #pending = new Map<number, Pending>()
  /** The bytes of the weights of each open model. */
  readonly #models = new Map<number, number>()
  #lastId = 0
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
    this.#observer = observer
    this.#started = new Promise((resolve, reject) =>
      this.#pending.set(0, { resolve: resolve as Pending['resolve'], reject }),
    )
    this.#worker.on('message', (response: ThreadResponse) => this.#settle(response))
    const onEnd = (cause: unknown) =>
      this.#lose(new InferenceLostError('The thread of the model has ended; it is started again', { cause }))
    this.#worker.on('error', onEnd)
    this.#worker.on('exit', onEnd)
  }

  /** Whether the thread has ended. */
  get isLost(): boolean {
    return this.#lost !== undefined
  }

  get hasModels(): boolean {
    return this.#models.size > 0
  }

  /** The weights of all open models. */
  get weightBytes(): number {
    let sum = 0
    for (const bytes of this.#models.values()) sum += bytes
    return sum
  }

  /**
   * Resolves when the backend is ready.
   *
   * @throws Error when the backend cannot be used, with what to install
   */
  async start(): Promise<BackendChoice> {
    try {
      return await this.#started
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /**
   * Opens a model. Its large arrays are moved to the thread, which leaves those of the artifact empty.
   *
   * @param onDispose is called when the model is freed
   */
  async open(artifact: Artifact, onDispose: () => void): Promise<Inference> {
    const parts = partsOf(artifact)
    const model = ++this.#lastId
    this.#models.set(model, weightBytesOf(artifact))
    const free = () => {
      if (this.#models.delete(model)) onDispose()
    }
    try {
      await this.start()
      const opened = this.#send({ kind: 'open', model, parts }, [...buffersOf(parts)])
      return this.#inferenceOf(model, (await opened) as Capabilities, free)
    } catch (error) {
      free()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#lose(new InferenceLostError('The model was closed'))
    await this.#worker.terminate()
  }

  #inferenceOf(model: number, capabilities: Capabilities, free: () => void): Inference {
    const inProgress = new Set<Promise<unknown>>()
    let closed: InferenceLostError | undefined
    const lost = () => closed ?? this.#lost
    const inferBatch = async (requests: readonly InferenceRequest[]) => {
      const error = lost()
      if (error) throw error
      const results = this.#send({ kind: 'infer', model, requests }) as Promise<readonly InferenceResult[]>
      inProgress.add(results)
      return results.finally(() => inProgress.delete(results))
    }
    const batcher = new Batcher(inferBatch, this.#observer)
    return {
      capabilities,
      get isLost() {
        return lost() !== undefined
      },
      infer: <R extends InferenceRequest>(request: R, options?: InferOptions) =>
        batcher.infer(request, options),
      setNewItems: (features) => {
        // a lost thread is noticed by the next request
        void this.#send({ kind: 'set-new-items', model, features }).catch(() => {})
      },
      dispose: () => {
        if (closed) return
        closed = new InferenceLostError('The model was closed')
        void Promise.allSettled(inProgress)
          .then(() => this.#send({ kind: 'close', model }))
          .catch(() => {})
          .finally(free)
      },
    }
  }

  #send(request: ThreadRequestBody, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#lost) return Promise.reject(this.#lost)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#worker.postMessage({ id, ...request } satisfies ThreadRequest, transfer)
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

export function weightBytesOf({ weights }: Pick<Artifact, 'weights'>): number {
  return Object.values(weights).reduce((sum, { values }) => sum + values.byteLength, 0)
}

function partsOf(artifact: Artifact): ModelParts {
  const { model, hyperparameters, weights, popularity, attributeRegression, retrieval } = artifact
  return {
    ...{ model, hyperparameters, weights, popularity },
    ...(attributeRegression && { attributeRegression }),
    ...(retrieval && { retrieval }),
  }
}

function buffersOf({ weights, popularity, attributeRegression }: ModelParts): Set<ArrayBuffer> {
  const arrays = [popularity, ...Object.values(weights).map(({ values }) => values)]
  if (attributeRegression) arrays.push(attributeRegression.inverse, attributeRegression.features.values)
  return new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))
}
