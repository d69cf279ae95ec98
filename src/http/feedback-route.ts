import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { SaveFeedback } from '../experiments/feedback.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { feedbackEvent, toFeedbackEvent } from './feedback-event.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import { maxEntries } from './parameters.ts'
import { respondsWith } from './problem.ts'

/** Saves what users did with recommended items. */
export function addFeedbackRoute(
  app: OpenAPIHono<Environment>,
  { saveFeedback }: { readonly saveFeedback: SaveFeedback },
): void {
  app.openapi(save, async (c) => {
    const body = c.req.valid('json')
    const now = Date.now()
    const events = (Array.isArray(body) ? body : [body]).map((event) => toFeedbackEvent(event, now))
    return c.json(await saveFeedback(events))
  })
}

const save = createRoute({
  method: 'post',
  path: '/feedback',
  security: needs('write'),
  summary: 'Saves one or several events',
  description:
    'An event belongs to the response that `requestId` names, or else to the last response of an experiment that ' +
    'showed the item to the user. For each response, type and item, one event is saved.',
  request: {
    body: jsonBody(z.union([feedbackEvent, z.array(feedbackEvent).min(1).max(maxEntries)])),
  },
  responses: respondsWith(
    'The number of new events, and of events that had been saved before',
    z.object({ accepted: z.int(), duplicates: z.int() }).openapi('SavedFeedback'),
    ...bodyProblems,
  ),
})
