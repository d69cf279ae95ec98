import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  type EventWeights,
  eventKinds,
  kindPattern,
  starWeights,
  strengthsInWords,
} from '../config/event-kinds.ts'
import { maxValue } from '../ratings/limits.ts'
import type { RatingEvent } from '../ratings/rating.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { problem, respondsWith } from './problem.ts'

interface Dependencies {
  readonly ratings: Pick<UserRatings, 'save'>
  /** The values of events sent without one; by default as on a scale of five stars. */
  readonly eventWeights?: EventWeights
}

/** Saves ratings and other events. */
export function addRatingsRoute(
  app: OpenAPIHono<Environment>,
  { ratings, eventWeights = starWeights }: Dependencies,
): void {
  app.openapi(save, async (c) => {
    const body = c.req.valid('json')
    const events = Array.isArray(body) ? body : [body]
    const unknown = events.findIndex(({ kind = 'rating' }) => kind !== 'rating' && !(kind in eventWeights))
    if (unknown >= 0)
      return rejectKind(c, Array.isArray(body) ? `/${unknown}/kind` : '/kind', eventWeights) as never
    return c.json(await ratings.save(events.map((event) => withValue(event, eventWeights))))
  })
}

function rejectKind(c: Context<Environment>, at: string, weights: EventWeights): Response {
  const message = `must be one of rating, ${Object.keys(weights).join(', ')}; EVENT_WEIGHTS adds others`
  return problem(c, 'invalid-request', `In the body, ${at} ${message}.`, [{ in: 'body', at, message }])
}

function withValue(
  { kind = 'rating', ...event }: z.infer<typeof rating>,
  weights: EventWeights,
): RatingEvent {
  return { ...event, kind, value: event.value ?? weights[kind]! }
}

const kindMessage = `must be one of ${eventKinds.join(', ')}, or a kind that EVENT_WEIGHTS adds`

const rating = z
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

const save = createRoute({
  method: 'post',
  path: '/ratings',
  security: needs('write'),
  summary: 'Saves one or several ratings or other events, all or none',
  description:
    'Creates unknown users and items; a model learns of a new item in its next training. The database keeps one rating ' +
    `for a user and an item: that of the strongest kind of event (${strengthsInWords()}), and among equally strong ` +
    'events that of the latest. So events may be sent twice and in any order. The next recommendation reflects the ' +
    'saved ratings.',
  request: {
    body: jsonBody(z.union([rating, z.array(rating).min(1).max(parameters.maxEntries)])),
  },
  responses: respondsWith(
    'How many ratings were inserted, updated, and unchanged because the same or a later rating was saved before',
    z.object({ inserted: z.int(), updated: z.int(), unchanged: z.int() }).openapi('SavedRatings'),
    ...bodyProblems,
  ),
})
