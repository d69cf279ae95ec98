import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { SaveFeedback } from '../experiments/feedback.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

/** Taking in what people did with what they were shown. */
export function addFeedbackRoute(
  app: OpenAPIHono<Environment>,
  { saveFeedback }: { readonly saveFeedback: SaveFeedback },
): void {
  app.openapi(save, async (c) => {
    const given = c.req.valid('json')
    const now = Date.now()
    const events = (Array.isArray(given) ? given : [given]).map(({ time, value = 1, ...event }) => ({
      ...event,
      value,
      at: time === undefined ? now : time * 1000,
    }))
    return c.json(await saveFeedback(events))
  })
}

const { optional } = parameters

const event = z
  .strictObject({
    type: parameters.shortText(64).openapi({
      example: 'click',
      description: 'click, view, purchase, rating, or a name of your own',
    }),
    requestId: optional(parameters.requestId).openapi({ description: 'Of the answer it came of' }),
    userId: optional(parameters.userId),
    itemId: optional(parameters.itemId),
    value: optional(parameters.ratingValue).openapi({
      example: 1,
      description: 'What it was worth, as a price; 1 where left out',
    }),
    time: optional(parameters.time),
    eventId: optional(parameters.requestId).openapi({
      description: 'A name of your own for this event, so that it may be told twice',
    }),
  })
  .refine(({ requestId, userId }) => requestId !== undefined || userId !== undefined, {
    error: 'must have a requestId or a userId, else nobody knows whose it is',
  })
  .openapi('FeedbackEvent')

const save = createRoute({
  method: 'post',
  path: '/feedback',
  security: needs('write'),
  summary: 'Saves one event or many',
  description:
    'An event belongs to the answer that `requestId` names, else to the last one of an experiment that showed the ' +
    'item to the user. An answer has one event of a type and item, however often it is told.',
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.union([event, z.array(event).min(1)]) } },
    },
  },
  responses: answers(
    'How many were new, and how many had been told before',
    z.object({ accepted: z.int(), duplicates: z.int() }).openapi('SavedFeedback'),
    'malformed-body',
    'unsupported-media-type',
    'body-too-large',
  ),
})
