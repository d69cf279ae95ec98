import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { storedIdSchema } from '../ratings/id-schema.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { StoredRating, UserEvent, UserRatings } from '../ratings/user-ratings.ts'
import { needs } from './access/scopes.ts'
import { nextCursor, pageQuery, withNext } from './cursor.ts'
import type { Environment } from './environment.ts'
import { respondList, respondsWithList } from './list-response.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import { toQuery } from './recommendation-query.ts'

interface Dependencies {
  readonly ratings: Pick<UserRatings, 'page' | 'events' | 'retract'>
  readonly catalog: Pick<ItemCatalog, 'titles'>
}

/** Reads the ratings of a user and retracts them. */
export function addUserRatingsRoutes(
  app: OpenAPIHono<Environment>,
  { ratings, catalog }: Dependencies,
): void {
  app.openapi(list, async (c) => {
    const { userId } = c.req.valid('param')
    const { events, limit, cursor } = c.req.valid('query')
    const [itemId, arrival = Number.MAX_SAFE_INTEGER] = cursor ?? []
    const found = events
      ? await ratings.events(userId, itemId === undefined ? undefined : [itemId, arrival], limit)
      : await ratings.page(userId, itemId, limit)
    const titles = await catalog.titles(found.map((rating) => rating.itemId))
    const last = found.length === limit ? found.at(-1)! : undefined
    const entries = found.map((rating) => toJson(rating, titles.get(rating.itemId) ?? null))
    const next = withNext(c, last === undefined ? null : positionOf(last))
    return respondList(c, { userId, ratings: entries, nextCursor: next }, entries)
  })

  app.openapi(retract, async (c) => {
    const { userId, itemId } = c.req.valid('param')
    return c.json({ userId, itemId, hadRating: await ratings.retract(userId, itemId) })
  })
}

function positionOf(rating: StoredRating | UserEvent): readonly [string, number?] {
  return 'arrival' in rating ? [rating.itemId, rating.arrival] : [rating.itemId]
}

function toJson(rating: StoredRating | UserEvent, title: string | null) {
  const { itemId, value, kind, time } = rating
  const stored = { itemId, title, value, kind, time: time?.toISOString() ?? null }
  return 'arrival' in rating ? { ...stored, isCurrent: rating.isCurrent, batch: rating.batch } : stored
}

const { events } = toQuery({
  events: z.boolean().default(false).meta({
    description:
      'Also lists events that are not current ratings: replaced, weaker, in quarantine, and retractions',
  }),
})

const list = createRoute({
  method: 'get',
  path: '/users/{userId}/ratings',
  security: needs('read'),
  summary: 'The ratings of a user',
  request: {
    params: parameters.userPath,
    query: z.strictObject({
      events,
      ...pageQuery(z.union([z.tuple([storedIdSchema]), z.tuple([storedIdSchema, z.int()])])),
    }),
  },
  responses: respondsWithList(
    'By item id; with `events`, those of an item in the order of their arrival. None for an unknown user',
    z
      .object({
        userId: z.string(),
        ratings: z.array(
          z
            .object({
              itemId: z.string(),
              title: z.string().nullable(),
              value: z.number().nullable().openapi({ description: 'Null for a retraction' }),
              kind: z
                .string()
                .openapi({ example: 'rating', description: 'The kind of event, or retraction' }),
              time: z.iso.datetime().nullable().openapi({ description: 'Null if none was stated' }),
              isCurrent: z.boolean().optional().openapi({ description: 'With `events`' }),
              batch: z.int().nullable().optional().openapi({
                description:
                  'With `events`: the import or day that the event came with; null for a retraction',
              }),
            })
            .openapi('StoredRating'),
        ),
        nextCursor,
      })
      .openapi('UserRatings'),
  ),
})

const retract = createRoute({
  method: 'delete',
  path: '/users/{userId}/ratings/{itemId}',
  security: needs('write'),
  summary: 'Retracts the rating of an item',
  description:
    'Deletes all ratings of the item by the user, also replaced ones and those in quarantine, and stores the time of the retraction. A rating that arrives ' +
    'later counts if its time is after the retraction, or if it is posted without a time. The next response reflects the change.',
  request: { params: z.strictObject({ userId: parameters.userId, itemId: parameters.itemId }) },
  responses: respondsWith(
    'The user has no rating of the item now',
    z
      .object({
        userId: z.string(),
        itemId: z.string(),
        hadRating: z.boolean().openapi({ description: 'Whether there was a current rating' }),
      })
      .openapi('Retraction'),
  ),
})
