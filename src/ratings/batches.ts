/** An import, or the ratings that were posted on one day, as it is recorded. */
export interface BatchRecord {
  readonly id: number
  /** The name of the imported file, `http` for posted ratings, `sql` for those written by SQL. */
  readonly source: string
  /** The day (UTC) of posted ratings, as 2026-01-31; null for other batches. */
  readonly day: string | null
  readonly status: BatchStatus
  /** Why it was quarantined or undone; null otherwise. */
  readonly reason: string | null
  readonly receivedAt: Date
  /** When it was quarantined, released or undone last; null if never. */
  readonly changedAt: Date | null
  /** Ratings that it had when it was imported; null for batches that grow. */
  readonly counts: BatchCounts | null
}

/** The events of a batch that are stored. */
export interface EventCounts {
  /** How many of its events are current ratings now. */
  readonly current: number
  /** How many more of its events are kept in the history. */
  readonly inHistory: number
}

export interface Batch extends BatchRecord, EventCounts {}

/** `quarantined`: as if it had not come, until it is released. `undone`: the same for good; its events are deleted. */
export type BatchStatus = 'active' | 'quarantined' | 'undone'

/** As in `ImportReport`. */
export interface BatchCounts {
  readonly ratings: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}

/** The events of a batch that are kept, summarized. */
export interface BatchContent {
  readonly users: number
  readonly items: number
  readonly lowest: number | null
  readonly highest: number | null
  /** The times of the earliest and of the latest rating; null without times. */
  readonly since: Date | null
  readonly until: Date | null
}

/** The change of the current ratings when a batch is quarantined, released or undone. */
export interface BatchChange {
  readonly id: number
  readonly status: BatchStatus
  /** User-item pairs that got a rating, whose rating was replaced by another event, and that have no rating now. */
  readonly inserted: number
  readonly replaced: number
  readonly removed: number
}

export interface Batches {
  /** All batches, newest first. Counting takes seconds for tens of millions of ratings. */
  list(): Promise<Batch[]>
  /** All batches, newest first, without counting their events. */
  records(): Promise<BatchRecord[]>
  /** @throws UnknownBatchError */
  find(id: number): Promise<Batch & { readonly content: BatchContent }>
  /**
   * Takes the events of a batch out of the current ratings. What they had replaced is current again.
   *
   * @throws UnknownBatchError, BatchStatusError
   */
  quarantine(id: number, reason: string): Promise<BatchChange>
  /**
   * Makes the events of a quarantined batch count again, as if it had never been quarantined.
   *
   * @throws UnknownBatchError, BatchStatusError
   */
  release(id: number): Promise<BatchChange>
  /**
   * Deletes the events of a batch. What they had replaced is current again.
   *
   * @throws UnknownBatchError, BatchStatusError
   */
  undo(id: number, reason: string): Promise<BatchChange>
}

/** There is no batch with this id. */
export class UnknownBatchError extends Error {
  override readonly name = 'UnknownBatchError'

  constructor(id: number) {
    super(`There is no batch ${id}: npm run imports -- list shows all`)
  }
}

/** The status of a batch does not permit the change. */
export class BatchStatusError extends Error {
  override readonly name = 'BatchStatusError'
}
