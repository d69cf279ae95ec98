import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type EventWeights, starWeights, strengthsInWords } from '../config/event-kinds.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { problem, respondsWith } from './problem.ts'
import { flawOfKind, ratingEvent, toRatingEvent } from './rating-event.ts'

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
    const flaws = events.map((event) => flawOfKind(event, eventWeights))
    const unknown = flaws.findIndex((flaw) => flaw !== undefined)
    if (unknown >= 0)
      return rejectKind(c, Array.isArray(body) ? `/${unknown}/kind` : '/kind', flaws[unknown]!) as never
    return c.json(await ratings.save(events.map((event) => toRatingEvent(event, eventWeights))))
  })
}

function rejectKind(c: Context<Environment>, at: string, message: string): Response {
  return problem(c, 'invalid-request', `In the body, ${at} ${message}.`, [{ in: 'body', at, message }])
}

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
    body: jsonBody(z.union([ratingEvent, z.array(ratingEvent).min(1).max(parameters.maxEntries)])),
  },
  responses: respondsWith(
    'How many ratings were inserted, updated, and unchanged because the same or a later rating was saved before',
    z.object({ inserted: z.int(), updated: z.int(), unchanged: z.int() }).openapi('SavedRatings'),
    ...bodyProblems,
  ),
})
