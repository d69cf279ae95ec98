import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { blends } from '../recommender/answering/question.ts'
import { interpolate } from '../recommender/interpolate.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommendForGroup } from '../recommender/recommend.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { needs } from './access/scopes.ts'
import { abandonment, type Environment } from './environment.ts'
import {
  asOf,
  basis,
  bodyProblems,
  ignored,
  listedItem,
  modelProblems,
  nameOf,
  titled,
} from './list-answer.ts'
import { listBody, toWish } from './list-options.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'
import { historyOf, who } from './who.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: ItemCatalog
}

/** Lists for several tastes together, and for those between two. */
export function addTasteRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(blend, async (c) => {
    const { members, blend, model, ...options } = c.req.valid('json')
    const wish = await toWish(options, catalog)
    const asOf = new Date().toISOString()
    const histories = await Promise.all(members.map((member) => historyOf(member, ratings)))
    const task = async (served: ServedModel) => {
      const rated = histories.map((history) => history(served))
      return { model: nameOf(served), ...(await recommendForGroup(served, rated, blend, wish)) }
    }
    const answer = await champions.use(model, task, abandonment(c))
    const items = await titled(answer.items, ratings)
    const requestId = c.get('requestId')
    return c.json({ requestId, blend, asOf, ...answer, items, ignored: [...answer.ignored] })
  })

  app.openapi(between, async (c) => {
    const { from, to, steps, model, ...options } = c.req.valid('json')
    const wish = await toWish(options, catalog)
    const asOf = new Date().toISOString()
    const [start, end] = await Promise.all([historyOf(from, ratings), historyOf(to, ratings)])
    const task = async (served: ServedModel) => ({
      model: nameOf(served),
      lists: await interpolate(served, [start(served), end(served)], steps, wish),
    })
    const answer = await champions.use(model, task, abandonment(c))
    const lists = await Promise.all(
      answer.lists.map(async ({ position, items }) => ({ position, items: await titled(items, ratings) })),
    )
    return c.json({ asOf, model: answer.model, lists })
  })
}

const { explore: _, ...listForMany } = listBody

const blend = createRoute({
  method: 'post',
  path: '/blend',
  security: needs('read'),
  summary: 'Recommends to a group',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          example: { members: [{ userId: '1' }, { userId: '2' }], blend: 'least-misery', k: 5 },
          schema: z.strictObject({
            members: z.array(who).min(1).max(50),
            blend: z.enum(blends).default('mean').openapi({
              description:
                'mean: the mean of the embeddings; least-misery: each item counts as much as for whom it falls farthest behind their own best; product-of-experts: embeddings weigh by how sure the model is of them, for a model with a posterior such as mult-vae',
            }),
            ...listForMany,
          }),
        },
      },
    },
  },
  responses: answers(
    'The best items for all of them, none that one has rated unless that was asked for',
    z
      .object({
        requestId: z.string(),
        model: parameters.answeringModel,
        blend: z.enum(blends),
        basis,
        asOf,
        items: z.array(listedItem),
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
  summary: 'Recommends at equal steps from one taste to another',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          example: { from: { userId: '1' }, to: { userId: '2' }, steps: 5, k: 3 },
          schema: z.strictObject({
            from: who,
            to: who,
            steps: z.int().min(2).max(20).default(5),
            ...listForMany,
          }),
        },
      },
    },
  },
  responses: answers(
    'A list for each step, both ends included',
    z
      .object({
        model: parameters.answeringModel,
        asOf,
        lists: z.array(
          z.object({
            position: z.number().openapi({ description: '0 at the one taste, 1 at the other' }),
            items: z.array(listedItem),
          }),
        ),
      })
      .openapi('Interpolation'),
    'unsupported-by-model',
    ...bodyProblems,
    ...modelProblems,
  ),
})
