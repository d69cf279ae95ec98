import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

/** Taking in ratings as they are given. */
export function addRatingsRoute(
  app: OpenAPIHono<Environment>,
  { ratings }: { readonly ratings: UserRatings },
): void {
  app.openapi(save, async (c) => {
    const given = c.req.valid('json')
    return c.json(await ratings.save(Array.isArray(given) ? given : [given]))
  })
}

const rating = z
  .strictObject({
    userId: parameters.userId,
    itemId: parameters.itemId,
    value: parameters.ratingValue,
    time: z
      .number()
      .min(0)
      .max(253_402_300_799)
      .exactOptional()
      .openapi({ description: 'Seconds since 1970; now, where left out' }),
  })
  .openapi('Rating')

const save = createRoute({
  method: 'post',
  path: '/ratings',
  security: needs('write'),
  summary: 'Saves one rating or many, all or none',
  description:
    'A user or item that is new comes into being; a model knows a new item after its next training. ' +
    'A pair has one rating, the latest by time. The next recommendation reflects what was saved.',
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
