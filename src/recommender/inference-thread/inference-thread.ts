// Computing off the event loop.
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { BackendChoice } from '../../compute/backend.ts'
import type { Artifact } from '../../registry/artifact.ts'
import type { Answer } from '../answering/question.ts'
import { Batcher } from '../batcher.ts'
import { type Inference, InferenceLostError } from '../inference.ts'
import type { ServingObserver } from '../serving-observer.ts'
import type { ModelParts, Opened, Order, Reply, Task, ThreadData } from './messages.ts'

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

export interface InferenceThreadOptions {
  /** The best that works where left out. */
  readonly backend?: string
  readonly observer?: ServingObserver
}

/**
 * A worker thread with a backend of its own, in which models answer batches of questions; within one, the backend
 * takes all cores. Should it come to an unforeseen end, all that was asked fails and whatever is opened next starts it
 * again.
 */
export class InferenceThread {
  readonly #options: InferenceThreadOptions
  #worker: Worker | null = null
  #starting: Promise<BackendChoice> | null = null
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(options: InferenceThreadOptions = {}) {
    this.#options = options
  }

  /**
   * Starts the thread, unless it runs.
   *
   * @throws Error when the backend cannot be used, with what to install
   */
  start(): Promise<BackendChoice> {
    this.#starting ??= this.#start().catch(async (error) => {
      await this.close()
      throw error
    })
    return this.#starting
  }

  /** Opens a model in the thread. All that is large is moved there, and the artifact left without it. */
  async open(artifact: Artifact): Promise<Inference> {
    await this.start()
    const worker = this.#worker
    const parts = partsOf(artifact)
    const { model, abilities } = (await this.#send({ kind: 'open', parts }, [...buffersOf(parts)])) as Opened
    const batcher = new Batcher(
      (questions) => this.#send({ kind: 'answer', model, questions }) as Promise<readonly Answer[]>,
      this.#options.observer,
    )
    const isLost = () => this.#worker !== worker
    return {
      abilities,
      get isLost() {
        return isLost()
      },
      answer: (question, isAbandoned) => batcher.answer(question, isAbandoned),
      dispose: () => {
        if (!isLost()) void this.#send({ kind: 'dispose', model }).catch(() => {})
      },
    }
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#lose(new InferenceLostError('The service is ending'))
    await worker?.terminate()
  }

  #start(): Promise<BackendChoice> {
    const workerData: ThreadData = { backend: this.#options.backend }
    // For threads that start from here on; Node has no option for one of them where the process was given a size.
    setFlagsFromString(`--max-semi-space-size=${youngMemory}`)
    const worker = new Worker(new URL('./start-worker.mjs', import.meta.url), { workerData, execArgv: [] })
    this.#worker = worker
    worker.on('message', (reply: Reply) => {
      if (this.#worker === worker) this.#settle(reply)
    })
    const end = (cause: unknown) => {
      if (this.#worker === worker)
        this.#lose(new InferenceLostError('The thread that computes has ended; it starts again', { cause }))
    }
    worker.on('error', end)
    worker.on('exit', end)
    return new Promise((resolve, reject) =>
      this.#pending.set(0, { resolve: resolve as Pending['resolve'], reject }),
    )
  }

  #send(task: Task, transfer: ArrayBuffer[] = []): Promise<unknown> {
    const worker = this.#worker
    if (worker === null) return Promise.reject(new InferenceLostError('The thread that computes has ended'))
    const order: Order = { id: ++this.#lastId, task }
    return new Promise((resolve, reject) => {
      this.#pending.set(order.id, { resolve, reject })
      worker.postMessage(order, transfer)
    })
  }

  #settle(reply: Reply): void {
    const { resolve, reject } = this.#pending.get(reply.id)!
    this.#pending.delete(reply.id)
    if ('error' in reply) reject(reply.error)
    else resolve(reply.value)
  }

  #lose(error: InferenceLostError): void {
    this.#worker = null
    this.#starting = null
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}

/**
 * Of the thread, in MiB. A batch leaves many arrays behind whose bytes lie outside of what V8 counts as young: unless
 * the young are collected often, these add up to where V8 goes through all memory, several times a second.
 */
const youngMemory = 8

function partsOf({ model, hyperparameters, weights, popularity }: Artifact): ModelParts {
  return { model, hyperparameters, weights, popularity }
}

function buffersOf({ weights, popularity }: ModelParts): Set<ArrayBuffer> {
  const arrays = [popularity, ...Object.values(weights).map(({ values }) => values)]
  return new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))
}
