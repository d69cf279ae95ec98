/** An event of a stream as it was received. */
export interface StreamedEvent {
  readonly bytes: Uint8Array
  /** Where it is in the stream, such as `line 17`. */
  readonly position: string
  /** The same whenever the event is delivered, and of no other event; absent if the stream has no such id. */
  readonly id?: string
  /** When the stream received it, in seconds since 1970; the same at each delivery, absent if the stream keeps no times. */
  readonly time?: number
}

/** Events that are not saved yet. */
export interface Lag {
  readonly events: number
  /** The age of the oldest of them; 0 if there is none. */
  readonly seconds: number
}

export interface EventStream {
  readonly name: string
  /** Whether events that are not acknowledged are delivered again, to this or another consumer. */
  readonly redelivers: boolean
  /**
   * Pages of events as they arrive, until the stream ends or the signal is aborted. Nothing is read before the next page is
   * requested, but for a bounded buffer.
   *
   * @throws EventStreamError
   */
  pages(signal: AbortSignal): AsyncIterable<readonly StreamedEvent[]>
  /** Marks events of a page as saved. */
  acknowledge(events: readonly StreamedEvent[]): Promise<void>
  /** Undefined if the stream does not know what is waiting. */
  lag(): Promise<Lag | undefined>
  close(): Promise<void>
}

/** The stream cannot be read; the message says how to fix it. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError'
}
