// A rating or another event of a user and an item, as clients and streams send it.
import { z } from '@hono/zod-openapi'
import { type EventWeights, eventKinds, kindPattern } from '../config/event-kinds.ts'
import { maxValue } from '../ratings/limits.ts'
import type { RatingEvent } from '../ratings/rating.ts'
import * as parameters from './parameters.ts'

const kindMessage = `must be one of ${eventKinds.join(', ')}, or a kind that EVENT_WEIGHTS adds`

export const ratingEvent = z
  .strictObject({
    userId: parameters.userId,
    itemId: parameters.itemId,
    kind: parameters.optional(z.string().regex(new RegExp(kindPattern), kindMessage)).openapi({
      example: 'rating',
      description: `What the user did: ${eventKinds.join(', ')}, or a kind that EVENT_WEIGHTS adds; by default a rating`,
    }),
    value: parameters.optional(parameters.ratingValue).openapi({
      description: 'The rating. For other kinds of events optional: it replaces the configured value',
    }),
    time: parameters.optional(parameters.time),
  })
  .refine(({ kind = 'rating', value }) => kind !== 'rating' || value !== undefined, {
    path: ['value'],
    error: `is required for a rating: a number from -${maxValue} to ${maxValue}`,
  })
  .openapi('Rating')

/** Why the kind of an event is not valid, as the end of a sentence; undefined if it is. */
export function flawOfKind({ kind = 'rating' }: SentRating, weights: EventWeights): string | undefined {
  if (kind === 'rating' || Object.hasOwn(weights, kind)) return undefined
  return `must be one of rating, ${Object.keys(weights).join(', ')}; EVENT_WEIGHTS adds others`
}

/** The event with its value, which is the weight of its kind if it has none. */
export function toRatingEvent({ kind = 'rating', ...event }: SentRating, weights: EventWeights): RatingEvent {
  return { ...event, kind, value: event.value ?? weights[kind]! }
}

type SentRating = z.infer<typeof ratingEvent>
