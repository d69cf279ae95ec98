// A queue of jobs for workers in any number of processes and machines.

/** A job as plain data. */
export interface Job {
  /** Selects the handler. */
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface JobStatus {
  readonly id: string
  readonly kind: string
  readonly key: string
  /** `retry`: the worker died, and the job waits for another one. */
  readonly state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'
  /** Number of earlier attempts. */
  readonly retries: number
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly completedAt: Date | null
}

export interface WorkOptions {
  /**
   * Executes a job and returns its result as plain data. An error fails the job, unless the database is unavailable or
   * the signal has aborted: then the job is retried.
   */
  handle(job: Job, signal: AbortSignal): Promise<object>
  /** Whether an error is of this machine, such as a full disk: the job is returned to the queue, and `work` throws it. */
  isWorkerFailure?(error: unknown): boolean
  /** Stops the worker; the active job is returned to the queue. */
  readonly signal: AbortSignal
  onJob?(status: JobStatus, outcome: 'started' | 'completed' | 'failed' | 'returned', error?: unknown): void
}

export interface JobQueue {
  /** Adds a job and returns its id. The same key is the same job; a failed job is retried. */
  send(key: string, job: Job): Promise<string>
  /**
   * Waits for the result of a job.
   *
   * @throws JobFailedError if it failed or its workers died repeatedly.
   * @throws the signal's reason.
   */
  result(id: string, signal: AbortSignal): Promise<unknown>
  /** Cancels a job that has not started. */
  cancel(id: string): Promise<void>
  /** Executes jobs one at a time until the signal aborts. */
  work(options: WorkOptions): Promise<void>
  /** Waiting and recent jobs, latest first. */
  list(): Promise<JobStatus[]>
}

/** A job failed on every worker that tried it. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError'
}
