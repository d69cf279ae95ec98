import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { embedItem, similarItems } from '../recommender/latent-space.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { needs } from './access/scopes.ts'
import { abandonment, type Environment } from './environment.ts'
import { listedItem, modelProblems, nameOf, titled } from './list-answer.ts'
import { candidatesQuery, toCandidates } from './list-options.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: ItemCatalog
}

/** Where items lie to a model. */
export function addItemRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(embedding, async (c) => {
    const { itemId } = c.req.valid('param')
    const task = async (served: ServedModel) => {
      const vector = await embedItem(served, itemId)
      return { model: nameOf(served), size: vector.length, embedding: Array.from(vector) }
    }
    const answer = await champions.use(c.req.valid('query').model, task, abandonment(c))
    return c.json({ itemId, ...answer })
  })

  app.openapi(similar, async (c) => {
    const { itemId } = c.req.valid('param')
    const { model, k, ...options } = c.req.valid('query')
    const candidates = await toCandidates({ ...options, excludeSeen: false }, catalog)
    const task = async (served: ServedModel) => ({
      model: nameOf(served),
      items: await similarItems(served, itemId, k, candidates),
    })
    const answer = await champions.use(model, task, abandonment(c))
    return c.json({ itemId, ...answer, items: await titled(answer.items, ratings) })
  })
}

const itemPath = z.strictObject({ itemId: parameters.itemId })
const { excludeSeen: _, ...candidates } = candidatesQuery
const problems = ['unknown-item', 'unsupported-by-model', ...modelProblems] as const

const embedding = createRoute({
  method: 'get',
  path: '/items/{itemId}/embedding',
  security: needs('read'),
  summary: 'The vector of an item',
  request: { params: itemPath, query: z.strictObject({ model: parameters.model }) },
  responses: answers(
    'mult-vae and u-autorec: its weights in the last layer of the decoder; i-autorec: its code',
    z
      .object({
        itemId: z.string(),
        model: parameters.answeringModel,
        size: z.int(),
        embedding: z.array(z.number()),
      })
      .openapi('ItemEmbedding'),
    ...problems,
  ),
})

const similar = createRoute({
  method: 'get',
  path: '/items/{itemId}/similar',
  security: needs('read'),
  summary: 'The items most like one',
  request: {
    params: itemPath,
    query: z.strictObject({ k: parameters.kText, model: parameters.model, ...candidates }),
  },
  responses: answers(
    'Scores are cosines of the vectors, each less the mean of all',
    z
      .object({ itemId: z.string(), model: parameters.answeringModel, items: z.array(listedItem) })
      .openapi('SimilarItems'),
    ...problems,
  ),
})
