import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { SaveFeedback } from '../experiments/feedback.ts'
import { shortText } from '../ratings/id-schema.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'

/** Saves what users did with recommended items. */
export function addFeedbackRoute(
  app: OpenAPIHono<Environment>,
  { saveFeedback }: { readonly saveFeedback: SaveFeedback },
): void {
  app.openapi(save, async (c) => {
    const body = c.req.valid('json')
    const now = Date.now()
    const events = (Array.isArray(body) ? body : [body]).map(({ time, value = 1, ...event }) => ({
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

const save = createRoute({
  method: 'post',
  path: '/feedback',
  security: needs('write'),
  summary: 'Saves one or several events',
  description:
    'An event belongs to the response that `requestId` names, or else to the last response of an experiment that ' +
    'showed the item to the user. For each response, type and item, one event is saved.',
  request: {
    body: jsonBody(z.union([event, z.array(event).min(1).max(parameters.maxEntries)])),
  },
  responses: respondsWith(
    'The number of new events, and of events that had been saved before',
    z.object({ accepted: z.int(), duplicates: z.int() }).openapi('SavedFeedback'),
    ...bodyProblems,
  ),
})
