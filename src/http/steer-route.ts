import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommendationOptions } from '../recommender/recommendation-options.ts'
import { steer } from '../recommender/steer.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import {
  asOf,
  ignored,
  modelProblems,
  modelVersion,
  recommendedItem,
  versionOf,
  withTitles,
} from './responses.ts'
import { readHistory, requestHistory } from './user-or-history.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: Pick<ItemCatalog, 'titles' | 'read'>
}

/** Lists that are moved toward an attribute. */
export function addSteerRoute(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(route, async (c) => {
    const { userId, history, toward, strength, model, ...options } = c.req.valid('json')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    // the schema requires one of the two
    const rated = await readHistory(history ? { history } : { userId: userId! }, ratings)
    const list = await champions.use(model, async (served) => {
      const steered = await steer(served, rated(served), { toward, strength }, options, catalog, { signal })
      return { model: versionOf(served), ...steered, ignored: [...steered.ignored] }
    })
    const items = await withTitles(list.items, catalog)
    return c.json({ requestId: c.get('requestId'), asOf, toward, strength, ...list, items })
  })
}

const toward = z
  .strictObject({
    attribute: z.string().min(1).max(64),
    value: z.union([z.string().max(256), z.number(), z.boolean()]),
  })
  .openapi('AttributeValue', { description: 'An attribute of items, and one of its values' })

const route = createRoute({
  method: 'post',
  path: '/steer',
  security: needs('read'),
  summary: 'Recommends items to a user, moved toward an attribute in the latent space',
  request: {
    body: jsonBody(
      recommendationOptions
        .omit({ explore: true, sequential: true })
        .extend({
          userId: parameters.userId.optional().openapi({ description: 'Instead of a history' }),
          history: requestHistory.optional(),
          toward,
          strength: z.number().min(-10).max(10).default(0.5).openapi({
            description:
              'How far the embedding is moved, in lengths of the embedding: 0 does not move it, a negative number moves it away from the attribute',
          }),
          model: parameters.model,
        })
        .refine(({ history, userId }) => (history === undefined) !== (userId === undefined), {
          message: 'must have either a history or a userId',
        }),
      { userId: '1', toward: { attribute: 'genres', value: 'Comedy' }, strength: 0.5, k: 5 },
    ),
  },
  responses: respondsWith(
    'The top items for the moved embedding',
    z
      .object({
        requestId: z.string(),
        model: modelVersion,
        asOf,
        toward,
        strength: z.number(),
        basis: z.enum(['history', 'direction', 'popularity']).openapi({
          description:
            'What the list is based on: if the model cannot rank by the history, as for an unknown user, the direction alone, or popularity at strength 0',
        }),
        items: z.array(recommendedItem),
        ignored,
      })
      .openapi('SteeredRecommendation'),
    'unsupported-by-model',
    'unknown-attribute',
    ...bodyProblems,
    ...modelProblems,
  ),
})
