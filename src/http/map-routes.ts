import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { MapQuality } from '../map/latent-map.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { itemMapOf, mapItems, placeUser, userMapOf } from '../recommender/map.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { respondList, respondsWithList } from './list-response.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import { asOf, historySize, modelProblems, modelVersion, versionOf } from './responses.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: Pick<ItemCatalog, 'titles'>
}

/** The maps of items and users of a model, and the place of a user. */
export function addMapRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(ofItems, async (c) => {
    const { model, quality, points } = await champions.use(c.req.valid('query').model, async (served) => ({
      model: versionOf(served),
      quality: toJson(itemMapOf(served).quality),
      points: await mapItems(served),
    }))
    const titles = await catalog.titles(points.map(({ itemId }) => itemId))
    const items = points.map((point) => ({ ...point, title: titles.get(point.itemId) ?? null }))
    return respondList(c, { model, quality, items }, items)
  })

  app.openapi(ofUsers, (c) =>
    champions.use(c.req.valid('query').model, async (served) => {
      const { anchors, activity, quality } = userMapOf(served)
      const users = Array.from(activity, (ratings, n) => ({
        x: anchors.positions[2 * n]!,
        y: anchors.positions[2 * n + 1]!,
        ratings,
      }))
      return respondList(c, { model: versionOf(served), quality: toJson(quality), users }, users)
    }),
  )

  app.openapi(ofUser, async (c) => {
    const { userId } = c.req.valid('param')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const placed = await champions.use(c.req.valid('query').model, async (served) => ({
      model: versionOf(served),
      position: await placeUser(served, history, { signal }),
    }))
    return c.json({ userId, historySize: history.length, asOf, ...placed })
  })
}

function toJson({ map, components }: MapQuality) {
  const toNumber = (value: number) => (Number.isNaN(value) ? null : value)
  return { map: toNumber(map), components: toNumber(components) }
}

const coordinate = z.number().openapi({ description: 'Between −1 and 1' })

const quality = z
  .object({ map: z.number().nullable(), components: z.number().nullable() })
  .openapi('MapQuality', {
    description:
      'The trustworthiness of the 10 nearest neighbors on the map, and on a map of the first two principal components: 1 if all of them are neighbors among the embeddings, about 0.5 at random. Null for fewer than 21 points',
  })

const problems = ['unsupported-by-model', ...modelProblems] as const
const query = z.strictObject({ model: parameters.model })

const ofItems = createRoute({
  method: 'get',
  path: '/map/items',
  security: needs('read'),
  summary: 'Two coordinates for each item',
  request: { query },
  responses: respondsWithList(
    'All items that the model knows, laid out by UMAP at training time: items with similar vectors are near each other. Items that were added later are placed by the most similar items',
    z
      .object({
        model: modelVersion,
        quality,
        items: z.array(
          z.object({
            itemId: z.string(),
            title: z.string().nullable(),
            x: coordinate,
            y: coordinate,
            isNew: z.boolean().openapi({ description: 'Whether it was added after the training' }),
          }),
        ),
      })
      .openapi('ItemMap'),
    ...problems,
  ),
})

const ofUsers = createRoute({
  method: 'get',
  path: '/map/users',
  security: needs('read'),
  summary: 'Two coordinates for each of a sample of training users',
  request: { query },
  responses: respondsWithList(
    'At most 2,000 training users, laid out by UMAP at training time: users with similar embeddings are near each other. Their ids are not stored',
    z
      .object({
        model: modelVersion,
        quality,
        users: z.array(
          z.object({
            x: coordinate,
            y: coordinate,
            ratings: z.int().openapi({ description: 'The number of training ratings of the user' }),
          }),
        ),
      })
      .openapi('UserMap'),
    ...problems,
  ),
})

const ofUser = createRoute({
  method: 'get',
  path: '/users/{userId}/position',
  security: needs('read'),
  summary: 'Where a user is on the map of users',
  request: { params: parameters.userPath, query },
  responses: respondsWith(
    'Computed from the user’s current ratings: the median position of the 10 nearest users of the map',
    z
      .object({
        userId: z.string(),
        model: modelVersion,
        historySize,
        asOf,
        position: z.object({ x: coordinate, y: coordinate }).nullable().openapi({
          description:
            'Null if the model knows no item of the history, or needs positives and there are none',
        }),
      })
      .openapi('UserPosition'),
    ...problems,
  ),
})
