import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { userMapOf } from '../recommender/map.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import type { Segments } from '../segments/postgres-segments.ts'
import { NoSegmentsError, rowOf, type Segmentation } from '../segments/segmentation.ts'
import { segmentOf } from '../segments/user-segment.ts'
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
  readonly segments: Pick<Segments, 'find'>
}

/** The segments of a model, and the segment of a user. */
export function addSegmentRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog, segments }: Dependencies,
): void {
  app.openapi(all, async (c) => {
    const { segments, createdAt, ...rest } = await champions.use(c.req.valid('query').model, find)
    const titles = await catalog.titles(segments.flatMap(({ items }) => items.map(({ itemId }) => itemId)))
    const { model: name, version, ...measures } = rest
    const list = segments.map(({ centroid: _, items, attributes, ...segment }) => ({
      ...segment,
      attributes: [...attributes],
      items: items.map((item) => ({ ...item, title: titles.get(item.itemId) ?? null })),
    }))
    const body = { model: { name, version }, createdAt: createdAt.toISOString(), ...measures, segments: list }
    return respondList(c, body, segments.map(rowOf))
  })

  app.openapi(ofUser, async (c) => {
    const { userId } = c.req.valid('param')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const found = await champions.use(c.req.valid('query').model, async (served) => ({
      model: versionOf(served),
      segment: await segmentOf(served, await find(served), history, { signal }),
    }))
    const segment = found.segment && { segment: found.segment.segment, name: found.segment.name }
    return c.json({ userId, historySize: history.length, asOf, model: found.model, segment })
  })

  async function find(served: ServedModel): Promise<Segmentation> {
    const { manifest } = served
    const found = await segments.find(manifest)
    if (found) return found
    // the command would refuse a version without one
    userMapOf(served)
    const { model, version } = manifest
    throw new NoSegmentsError(
      `The users were not segmented by ${model} version ${version}: run npm run segments -- --model ${model}`,
    )
  }
}

const characteristic = {
  share: z.number().openapi({ description: 'Its share in the segment' }),
  shareElsewhere: z.number().openapi({ description: 'Its share among all other users' }),
  logOdds: z.number().openapi({ description: 'The logarithm of the odds ratio of the two' }),
}

const query = z.strictObject({ model: parameters.model })
const problems = ['unknown-segments', 'unsupported-by-model', ...modelProblems] as const

const all = createRoute({
  method: 'get',
  path: '/segments',
  security: needs('read'),
  summary: 'Clusters of users with similar embeddings',
  request: { query },
  responses: respondsWithList(
    'The segments that npm run segments has stored for the version of the model that serves requests, the largest first',
    z
      .object({
        model: modelVersion,
        createdAt: z.iso.datetime(),
        seed: z.int(),
        users: z.int(),
        silhouette: z.number().openapi({
          description: 'The mean silhouette of a sample of users, from −1 to 1',
        }),
        stability: z.number().openapi({
          description:
            'The mean adjusted Rand index of clusterings from different seeds: 1 if all are the same',
        }),
        segments: z.array(
          z.object({
            segment: z.int(),
            name: z.string(),
            users: z.int(),
            share: z.number(),
            attributes: z.array(z.object({ attribute: z.string(), value: z.string(), ...characteristic })),
            items: z.array(z.object({ itemId: z.string(), title: z.string().nullable(), ...characteristic })),
          }),
        ),
      })
      .openapi('Segments'),
    ...problems,
  ),
})

const ofUser = createRoute({
  method: 'get',
  path: '/users/{userId}/segment',
  security: needs('read'),
  summary: 'The segment of a user',
  request: { params: parameters.userPath, query },
  responses: respondsWith(
    'The segment with the centroid nearest to the embedding of the user’s current ratings',
    z
      .object({
        userId: z.string(),
        model: modelVersion,
        historySize,
        asOf,
        segment: z.object({ segment: z.int(), name: z.string() }).nullable().openapi({
          description: 'Null if the model cannot rank by the history',
        }),
      })
      .openapi('UserSegment'),
    ...problems,
  ),
})
