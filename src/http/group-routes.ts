import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { blends } from '../recommender/inference/requests.ts'
import { interpolate } from '../recommender/interpolate.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommendForGroup } from '../recommender/recommend-for-group.ts'
import { recommendationOptions } from '../recommender/recommendation-options.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import {
  asOf,
  basis,
  ignored,
  modelProblems,
  modelVersion,
  recommendedItem,
  versionOf,
  withTitles,
} from './responses.ts'
import { readHistory, userOrHistory } from './user-or-history.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: Pick<ItemCatalog, 'titles'>
}

/** Lists for groups of users, and for points between two users. */
export function addGroupRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(blend, async (c) => {
    const { members, blend, model, ...options } = c.req.valid('json')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const histories = await Promise.all(members.map((member) => readHistory(member, ratings)))
    const list = await champions.use(model, async (served) => {
      const rated = histories.map((history) => history(served))
      return {
        model: versionOf(served),
        ...(await recommendForGroup(served, rated, blend, options, { signal })),
      }
    })
    const items = await withTitles(list.items, catalog)
    const requestId = c.get('requestId')
    return c.json({ requestId, blend, asOf, ...list, items, ignored: [...list.ignored] })
  })

  app.openapi(between, async (c) => {
    const { from, to, steps, model, ...options } = c.req.valid('json')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const [start, end] = await Promise.all([readHistory(from, ratings), readHistory(to, ratings)])
    const interpolation = await champions.use(model, async (served) => ({
      model: versionOf(served),
      lists: await interpolate(served, [start(served), end(served)], steps, options, { signal }),
    }))
    const lists = await Promise.all(
      interpolation.lists.map(async ({ position, items }) => ({
        position,
        items: await withTitles(items, catalog),
      })),
    )
    return c.json({ asOf, model: interpolation.model, lists })
  })
}

const groupOptions = recommendationOptions
  .omit({ explore: true, sequential: true })
  .extend({ model: parameters.model })

const blend = createRoute({
  method: 'post',
  path: '/blend',
  security: needs('read'),
  summary: 'Recommends items to a group',
  request: {
    body: jsonBody(
      groupOptions.extend({
        members: z.array(userOrHistory).min(1).max(50),
        blend: z.enum(blends).default('mean').openapi({
          description:
            'mean: the mean of the members’ embeddings; least-misery: each item has the lowest of the members’ scores, each relative to the member’s best score; product-of-experts: the embeddings weighted by their precision, for a model with a posterior such as mult-vae',
        }),
      }),
      { members: [{ userId: '1' }, { userId: '2' }], blend: 'least-misery', k: 5 },
    ),
  },
  responses: respondsWith(
    'The top items for the group, by default without items that a member has rated',
    z
      .object({
        requestId: z.string(),
        model: modelVersion,
        blend: z.enum(blends),
        basis,
        asOf,
        items: z.array(recommendedItem),
        ignored,
      })
      .openapi('GroupRecommendation'),
    'unsupported-by-model',
    ...bodyProblems,
    ...modelProblems,
  ),
})

const between = createRoute({
  method: 'post',
  path: '/interpolate',
  security: needs('read'),
  summary: 'Recommends items at equal steps between two users in the latent space',
  request: {
    body: jsonBody(
      groupOptions.extend({
        from: userOrHistory,
        to: userOrHistory,
        steps: z.int().min(2).max(20).default(5).openapi({ description: 'The number of lists' }),
      }),
      { from: { userId: '1' }, to: { userId: '2' }, steps: 5, k: 3 },
    ),
  },
  responses: respondsWith(
    'A list for each step, including both ends',
    z
      .object({
        model: modelVersion,
        asOf,
        lists: z.array(
          z.object({
            position: z.number().openapi({ description: 'From 0 at `from` to 1 at `to`' }),
            items: z.array(recommendedItem),
          }),
        ),
      })
      .openapi('Interpolation'),
    'unsupported-by-model',
    ...bodyProblems,
    ...modelProblems,
  ),
})
