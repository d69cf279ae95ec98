import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import { embedItem, similarItems } from '../recommender/latent-space.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { respondList, respondsWithList } from './list-response.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import { candidateQuery, recommendationQuery } from './recommendation-query.ts'
import { modelProblems, modelVersion, recommendedItem, versionOf, withTitles } from './responses.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly catalog: Pick<ItemCatalog, 'titles'>
}

/** Item vectors, and items with similar vectors. */
export function addItemRoutes(app: OpenAPIHono<Environment>, { champions, catalog }: Dependencies): void {
  app.openapi(embedding, async (c) => {
    const { itemId } = c.req.valid('param')
    const signal = clientSignal(c)
    const embedded = await champions.use(c.req.valid('query').model, async (served) => {
      const vector = await embedItem(served, itemId, { signal })
      return { model: versionOf(served), size: vector.length, embedding: Array.from(vector) }
    })
    return c.json({ itemId, ...embedded })
  })

  app.openapi(similar, async (c) => {
    const { itemId } = c.req.valid('param')
    const { model, k, ...options } = c.req.valid('query')
    const signal = clientSignal(c)
    const list = await champions.use(model, async (served) => ({
      model: versionOf(served),
      items: await similarItems(served, itemId, k, { ...options, excludeSeen: false }, { signal }),
    }))
    const items = await withTitles(list.items, catalog)
    return respondList(c, { itemId, ...list, items }, items)
  })
}

const { excludeSeen: _, ...similarQuery } = candidateQuery
const problems = ['unknown-item', 'unsupported-by-model', ...modelProblems] as const

const embedding = createRoute({
  method: 'get',
  path: '/items/{itemId}/embedding',
  security: needs('read'),
  summary: 'The vector of an item',
  request: { params: parameters.itemPath, query: z.strictObject({ model: parameters.model }) },
  responses: respondsWith(
    'For mult-vae and u-autorec, the item’s weights in the last layer of the decoder; for i-autorec, its code',
    z
      .object({
        itemId: z.string(),
        model: modelVersion,
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
  summary: 'The items most similar to an item',
  request: {
    params: parameters.itemPath,
    query: z.strictObject({ k: recommendationQuery.k, model: parameters.model, ...similarQuery }),
  },
  responses: respondsWithList(
    'Scores are cosines of the centered item vectors: the vectors minus the mean of all item vectors of the model',
    z
      .object({ itemId: z.string(), model: modelVersion, items: z.array(recommendedItem) })
      .openapi('SimilarItems'),
    ...problems,
  ),
})
