import { AbortError, type InferOptions, OverloadedError } from './inference.ts'
import { explorationDraws, type InferenceRequest, type InferenceResult } from './requests.ts'

/** Computes results together, in the order of the requests. */
export type InferBatch = (requests: readonly InferenceRequest[]) => Promise<readonly InferenceResult[]>

/** Receives counts for the metrics. Must be fast and must not throw. */
export interface BatchObserver {
  /** @param waitedSeconds how long the oldest request of the batch waited */
  batchComputed(requests: number, waitedSeconds: number): void
  /** A request was rejected because too many were waiting. */
  requestRejected(): void
}

interface Waiting {
  readonly request: InferenceRequest
  readonly since: number
  readonly options: InferOptions | undefined
  resolve(result: InferenceResult): void
  reject(error: unknown): void
}

/** Requests in the order of their arrival. */
class Queue {
  waiting: Waiting[] = []
  rows = 0
  batchesInProgress = 0
  readonly maxBatchesInProgress: number
  readonly maxWaitMs: number

  constructor({ maxBatchesInProgress, maxWaitMs }: Pick<Queue, 'maxBatchesInProgress' | 'maxWaitMs'>) {
    this.maxBatchesInProgress = maxBatchesInProgress
    this.maxWaitMs = maxWaitMs
  }

  get isReady(): boolean {
    return this.waiting.length > 0 && this.batchesInProgress < this.maxBatchesInProgress
  }
}

/**
 * Collects concurrent requests into batches. A batch forms while earlier ones are computed, so that a request never
 * waits for others to arrive. When too many are waiting, a new request is rejected at once; a request that has waited
 * for a second, an explanation for three, is rejected when it leaves the queue. Explanations, which take many times as long as lists, have a queue
 * of their own: one at a time is computed in steps, between which lists are computed.
 */
export class Batcher {
  readonly #inferBatch: InferBatch
  readonly #observer: BatchObserver | undefined
  /** One batch of lists is computed, and the next is ready when it ends. */
  readonly #lists = new Queue({ maxBatchesInProgress: 2, maxWaitMs: 1000 })
  readonly #explanations = new Queue({ maxBatchesInProgress: 1, maxWaitMs: 3000 })
  #isScheduled = false

  constructor(inferBatch: InferBatch, observer?: BatchObserver) {
    this.#inferBatch = inferBatch
    this.#observer = observer
  }

  /**
   * @throws OverloadedError
   * @throws AbortError when the signal is aborted by the time the request leaves the queue
   */
  infer<R extends InferenceRequest>(request: R, options?: InferOptions): Promise<InferenceResult<R>> {
    const queue = explanationKinds.has(request.kind) ? this.#explanations : this.#lists
    if (queue.rows >= maxWaitingRows) return Promise.reject(this.#rejection())
    queue.rows += rowsOf(request)
    return new Promise<InferenceResult>((resolve, reject) => {
      queue.waiting.push({ request, since: performance.now(), options, resolve, reject })
      this.#schedule()
    }) as Promise<InferenceResult<R>>
  }

  /** Runs after the requests that are arriving in this turn of the event loop, so that they join the batch. */
  #schedule(): void {
    if (this.#isScheduled || !(this.#lists.isReady || this.#explanations.isReady)) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      for (const queue of [this.#lists, this.#explanations]) if (queue.isReady) void this.#computeNext(queue)
      this.#schedule()
    })
  }

  #takeBatch(queue: Queue): Waiting[] {
    const oldestAccepted = performance.now() - queue.maxWaitMs
    const batch: Waiting[] = []
    let rows = 0
    let taken = 0
    for (; taken < queue.waiting.length && rows < maxBatchRows; taken++) {
      const next = queue.waiting[taken]!
      queue.rows -= rowsOf(next.request)
      if (next.options?.signal?.aborted) next.reject(new AbortError('The request was canceled'))
      else if (next.since < oldestAccepted) next.reject(this.#rejection())
      else {
        batch.push(next)
        rows += rowsOf(next.request)
      }
    }
    queue.waiting = queue.waiting.slice(taken)
    return batch
  }

  async #computeNext(queue: Queue): Promise<void> {
    const batch = this.#takeBatch(queue)
    if (batch.length === 0) return
    this.#observer?.batchComputed(batch.length, (performance.now() - batch[0]!.since) / 1000)
    queue.batchesInProgress++
    await this.#settle(batch)
    queue.batchesInProgress--
    this.#schedule()
  }

  /** When a batch fails, each of its requests is computed alone, so that only the faulty ones fail. */
  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#inferBatch(batch.map(({ request }) => request))
      for (const [n, { resolve }] of batch.entries()) resolve(results[n]!)
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error)
      else for (const waiting of batch) await this.#settle([waiting])
    }
  }

  #rejection(): OverloadedError {
    this.#observer?.requestRejected()
    return new OverloadedError('Too many requests are waiting; retry in a second')
  }
}

/** The results of a batch are sent while the next one is computed; larger batches would leave less to overlap. */
const maxBatchRows = 32
/** In each queue. */
const maxWaitingRows = 1024

const explanationKinds: ReadonlySet<InferenceRequest['kind']> = new Set(['explain', 'contributions'])

/** The number of score lists that a request needs, or that take as long. */
function rowsOf(request: InferenceRequest): number {
  if (request.kind === 'contributions') return maxBatchRows
  if (request.kind === 'explore') return explorationDraws + 1
  return request.kind === 'rank' && request.query.kind === 'group' ? request.query.members.length : 1
}
