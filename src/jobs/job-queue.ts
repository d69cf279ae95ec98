// Work that any of several processes may do, on whichever machine, each piece once.

/** A piece of work as plain data. */
export interface Job {
  /** Says who can do it. */
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface JobStatus {
  readonly id: string
  readonly kind: string
  readonly key: string
  /** `retry` is one that failed, or whose worker died, and waits for another. */
  readonly state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'
  /** How often it was begun before this time. */
  readonly retries: number
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly completedAt: Date | null
}

export interface WorkOptions {
  /**
   * Does a job and gives its result, as plain data. What it throws fails the job, unless the database is away or the
   * signal has come: then somebody tries it again.
   */
  handle(job: Job, signal: AbortSignal): Promise<object>
  /** Ends the work: the job at hand is handed back. */
  readonly signal: AbortSignal
  onJob?(status: JobStatus, outcome: 'begun' | 'done' | 'failed' | 'handed back', error?: unknown): void
}

export interface JobQueue {
  /** Asks for a job; the same key again is the same job, tried again where it failed. Gives its id. */
  send(key: string, job: Job): Promise<string>
  /**
   * The result of a job once somebody has done it.
   *
   * @throws JobFailedError when it failed, or its worker died time and again.
   * @throws the signal's reason.
   */
  result(id: string, signal: AbortSignal): Promise<unknown>
  /** Withdraws a job that nobody has begun. */
  cancel(id: string): Promise<void>
  /** Does jobs, one at a time, until the signal ends it. */
  work(options: WorkOptions): Promise<void>
  /** What there is to do and what was done lately, latest first. */
  list(): Promise<JobStatus[]>
}

/** Nobody could do a job. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError'
}
