import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type EventWeights, eventKinds, starWeights, strengthsInWords } from '../config/event-kinds.ts'
import type { RatingEvent } from '../ratings/rating.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly ratings: Pick<UserRatings, 'save'>
  /** What events are worth that come without a value; as on a scale of five stars where left out. */
  readonly eventWeights?: EventWeights
}

/** Taking in ratings, and other events, as they are given. */
export function addRatingsRoute(
  app: OpenAPIHono<Environment>,
  { ratings, eventWeights = starWeights }: Dependencies,
): void {
  app.openapi(save, async (c) => {
    const given = c.req.valid('json')
    const events = Array.isArray(given) ? given : [given]
    return c.json(await ratings.save(events.map((event) => valued(event, eventWeights))))
  })
}

type Given = z.infer<typeof rating>

function valued({ kind = 'rating', ...event }: Given, weights: EventWeights): RatingEvent {
  return { ...event, kind, value: event.value ?? weights[kind as keyof EventWeights] }
}

const rating = z
  .strictObject({
    userId: parameters.userId,
    itemId: parameters.itemId,
    kind: parameters.optional(z.enum(eventKinds)).openapi({
      example: 'rating',
      description: 'What the user did; a rating, where left out',
    }),
    value: parameters.optional(parameters.ratingValue).openapi({
      description: 'The rating; of another kind of event, what it is worth if not as configured',
    }),
    time: parameters.optional(parameters.time),
  })
  .refine(({ kind = 'rating', value }) => kind !== 'rating' || value !== undefined, {
    path: ['value'],
    error: 'must be there for a rating, a number from -1000000 to 1000000',
  })
  .openapi('Rating')

const save = createRoute({
  method: 'post',
  path: '/ratings',
  security: needs('write'),
  summary: 'Saves one rating or many, or other events, all or none',
  description:
    'Creates unknown users and items; a model knows a new item after its next training. The database keeps one rating ' +
    `for a user and an item: that of the strongest kind of event (${strengthsInWords()}), and among equally strong ` +
    'events that of the latest. So events may be sent twice and in any order. The next recommendation reflects the ' +
    'saved ratings.',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.union([rating, z.array(rating).min(1)]) } },
    },
  },
  responses: answers(
    'What became of the ratings; unchanged are those that were there already, or a later one',
    z.object({ inserted: z.int(), updated: z.int(), unchanged: z.int() }).openapi('SavedRatings'),
    'malformed-body',
    'unsupported-media-type',
    'body-too-large',
  ),
})
