import { setTimeout } from 'node:timers/promises'
import type { EventWeights } from '../config/event-kinds.ts'
import {
  causeCode,
  isDatabaseRefusing,
  isDatabaseUnavailable,
  isStatementTimeout,
} from '../db/connection-errors.ts'
import type { FeedbackEvent, SaveFeedback } from '../experiments/feedback.ts'
import type { RatingEvent } from '../ratings/rating.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { EventStream, StreamedEvent } from './event-stream.ts'
import { parseEvent } from './parse-event.ts'
import type { RejectedEvents } from './rejected-events.ts'

export interface ConsumeOptions {
  readonly ratings: Pick<UserRatings, 'save'>
  readonly saveFeedback: SaveFeedback
  readonly rejected: RejectedEvents
  readonly eventWeights: EventWeights
  /** Ends after the events that were received are saved. */
  readonly signal: AbortSignal
  readonly onProgress?: (counts: ConsumedCounts) => void
  /** Called at the first failure of an outage of the database, and then once a minute. */
  readonly onOutage?: (error: Error) => void
}

/** Counts of events since the start; an event that is delivered again counts again. */
export interface ConsumedCounts {
  /** Ratings and other events of users and items. */
  readonly ratings: number
  readonly feedback: number
  /** Set aside with the reason. */
  readonly rejected: number
}

/**
 * Saves the events of a stream, a page at a time: an event is acknowledged after it has been committed or set aside. The
 * same event saved twice is stored once. While the database is unavailable the page is tried again; what the database
 * refuses to store is set aside. If the page cannot be saved and the stream does not deliver it again, it is set
 * aside as a whole.
 *
 * @throws EventStreamError, and errors of the database that do not pass by themselves
 */
export async function consume(stream: EventStream, options: ConsumeOptions): Promise<ConsumedCounts> {
  const { rejected, eventWeights, signal, onProgress } = options
  let counts: ConsumedCounts = { ratings: 0, feedback: 0, rejected: 0 }
  for await (const page of stream.pages(signal)) {
    const sorted = sortEvents(page, eventWeights)
    await rejected.add(sorted.invalid)
    let refused: Refused[]
    try {
      refused = await saveEvents(sorted, options)
    } catch (error) {
      const unsaved = [...sorted.ratings, ...sorted.feedback]
      const reason = `Not saved: ${error instanceof Error ? error.message : error}`
      if (!stream.redelivers) await rejected.add(unsaved.map(({ streamed }) => ({ streamed, reason })))
      throw error
    }
    await rejected.add(refused)
    await stream.acknowledge(page)
    const isRefused = new Set(refused.map(({ streamed }) => streamed))
    const saved = (events: readonly { streamed: StreamedEvent }[]) =>
      events.filter(({ streamed }) => !isRefused.has(streamed)).length
    counts = {
      ratings: counts.ratings + saved(sorted.ratings),
      feedback: counts.feedback + saved(sorted.feedback),
      rejected: counts.rejected + sorted.invalid.length + refused.length,
    }
    onProgress?.(counts)
  }
  return counts
}

interface Received<T> {
  readonly streamed: StreamedEvent
  readonly event: T
}

interface Refused {
  readonly streamed: StreamedEvent
  readonly reason: string
}

interface SortedEvents {
  readonly ratings: readonly Received<RatingEvent>[]
  readonly feedback: readonly Received<FeedbackEvent>[]
  readonly invalid: readonly Refused[]
}

function sortEvents(page: readonly StreamedEvent[], weights: EventWeights): SortedEvents {
  const ratings: Received<RatingEvent>[] = []
  const feedback: Received<FeedbackEvent>[] = []
  const invalid: Refused[] = []
  for (const streamed of page) {
    const parsed = parseEvent(streamed, weights)
    if ('rating' in parsed) ratings.push({ streamed, event: parsed.rating })
    else if ('feedback' in parsed) feedback.push({ streamed, event: parsed.feedback })
    else invalid.push({ streamed, reason: parsed.reason })
  }
  return { ratings, feedback, invalid }
}

/** Returns the events that the database refuses to store. */
async function saveEvents({ ratings, feedback }: SortedEvents, options: ConsumeOptions): Promise<Refused[]> {
  const refusedRatings = await saveInHalves(ratings, (events) => options.ratings.save(events), options)
  return [...refusedRatings, ...(await saveInHalves(feedback, options.saveFeedback, options))]
}

/** If the database refuses events, saves each half by itself, down to the single event that it refuses. */
async function saveInHalves<T>(
  events: readonly Received<T>[],
  save: (events: readonly T[]) => Promise<unknown>,
  options: ConsumeOptions,
): Promise<Refused[]> {
  if (events.length === 0) return []
  try {
    await retryingOutages(() => save(events.map(({ event }) => event)), options)
    return []
  } catch (error) {
    if (!(error instanceof Error) || !isRefusal(error)) throw error
    if (events.length === 1)
      return [{ streamed: events[0]!.streamed, reason: `The database refuses it: ${messageOf(error)}` }]
    const half = events.length >> 1
    const first = await saveInHalves(events.slice(0, half), save, options)
    return [...first, ...(await saveInHalves(events.slice(half), save, options))]
  }
}

/** Retries `save` while the database is unavailable; throws its error once the signal is aborted. */
async function retryingOutages(
  save: () => Promise<unknown>,
  { signal, onOutage }: ConsumeOptions,
): Promise<void> {
  let reportedAt = Number.NEGATIVE_INFINITY
  for (let pauseMs = minPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
    try {
      await save()
      return
    } catch (error) {
      if (!(error instanceof Error) || !isTransient(error) || signal.aborted) throw error
      if (performance.now() - reportedAt > reportIntervalMs) {
        reportedAt = performance.now()
        onOutage?.(error)
      }
      await setTimeout(pauseMs, undefined, { signal }).catch(() => {})
    }
  }
}

const minPauseMs = 250
const maxPauseMs = 5000
const reportIntervalMs = 60_000

/** Class 40 are conflicts with other transactions. */
function isTransient(error: Error): boolean {
  return (
    isDatabaseUnavailable(error) ||
    isDatabaseRefusing(error) ||
    isStatementTimeout(error) ||
    (causeCode(error) ?? '').startsWith('40')
  )
}

/** Classes 22 and 23 of PostgreSQL: the data are not valid, or violate a constraint. */
function isRefusal(error: Error): boolean {
  return /^2[23]/.test(causeCode(error) ?? '')
}

/** Without the query, which an error of the query builder contains. */
function messageOf({ message, cause }: Error): string {
  return cause instanceof Error ? messageOf(cause) : message
}
