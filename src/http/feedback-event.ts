// What a user did with a recommended item, as clients and streams send it.
import { z } from '@hono/zod-openapi'
import type { FeedbackEvent } from '../experiments/feedback.ts'
import { shortText } from '../ratings/id-schema.ts'
import * as parameters from './parameters.ts'

const { optional } = parameters

export const feedbackEvent = z
  .strictObject({
    type: shortText(64).openapi({
      example: 'click',
      description: 'click, view, purchase, rating, or a type of your own',
    }),
    requestId: optional(parameters.requestId).openapi({
      description: 'The request id of the recommendation that led to the event',
    }),
    userId: optional(parameters.userId),
    itemId: optional(parameters.itemId),
    value: optional(parameters.ratingValue).openapi({
      example: 1,
      description: 'The value of the event, such as a price; by default 1',
    }),
    time: optional(parameters.time),
    eventId: optional(parameters.requestId).openapi({
      description: 'An id that the client gives the event: events with the same id are saved once',
    }),
  })
  .refine(({ requestId, userId }) => requestId !== undefined || userId !== undefined, {
    error: 'must have a requestId or a userId',
  })
  .openapi('FeedbackEvent')

/** @param now the time of an event that has none, in milliseconds since 1970 */
export function toFeedbackEvent(
  { time, value = 1, ...event }: z.infer<typeof feedbackEvent>,
  now: number,
): FeedbackEvent {
  return { ...event, value, at: time === undefined ? now : time * 1000 }
}
