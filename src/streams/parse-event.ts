import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { EventWeights } from '../config/event-kinds.ts'
import type { FeedbackEvent } from '../experiments/feedback.ts'
import { feedbackEvent, toFeedbackEvent } from '../http/feedback-event.ts'
import { invalidParts } from '../http/invalid-request.ts'
import { flawOfKind, ratingEvent, toRatingEvent } from '../http/rating-event.ts'
import type { RatingEvent } from '../ratings/rating.ts'
import type { StreamedEvent } from './event-stream.ts'

/** An event that can be saved, or the reason why it cannot. */
export type ParsedEvent =
  | { readonly rating: RatingEvent }
  | { readonly feedback: FeedbackEvent }
  | { readonly reason: string }

/**
 * Parses an event as `POST /ratings` or, if it has a `type`, `POST /feedback` does. The time of an event without one is
 * that of the stream. Feedback without an `eventId` or a `requestId` is identified by the id of the stream, else by its
 * text if that states a time, so that it is saved once however often it is delivered.
 */
export function parseEvent(streamed: StreamedEvent, weights: EventWeights): ParsedEvent {
  const event = parseJson(streamed.bytes)
  if (event === undefined) return { reason: 'The event is not valid JSON in UTF-8.' }
  return isFeedback(event) ? parseFeedback(event, streamed) : parseRating(event, streamed, weights)
}

function parseJson(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) return undefined
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
  } catch {
    return undefined
  }
}

function isFeedback(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'type' in event
}

function parseRating(event: unknown, streamed: StreamedEvent, weights: EventWeights): ParsedEvent {
  const { success, data, error } = ratingEvent.safeParse(event)
  if (!success) return { reason: reasonOf(error.issues) }
  const flaw = flawOfKind(data, weights)
  if (flaw !== undefined) return { reason: `/kind ${flaw}.` }
  const time = data.time ?? streamed.time
  return { rating: toRatingEvent({ ...data, ...(time !== undefined && { time }) }, weights) }
}

function parseFeedback(event: unknown, streamed: StreamedEvent): ParsedEvent {
  const { success, data, error } = feedbackEvent.safeParse(event)
  if (!success) return { reason: reasonOf(error.issues) }
  const feedback = toFeedbackEvent(data, streamed.time === undefined ? Date.now() : streamed.time * 1000)
  if (data.eventId !== undefined || data.requestId !== undefined) return { feedback }
  const eventId = streamed.id ?? (data.time === undefined ? undefined : digestOf(streamed.bytes))
  return { feedback: { ...feedback, ...(eventId !== undefined && { eventId }) } }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function reasonOf(issues: Parameters<typeof invalidParts>[0]): string {
  return invalidParts(issues, 'json')
    .map(({ at, message }) => `${at === '' ? 'The event' : at} ${message}.`)
    .join(' ')
}
