import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { CancelSignal } from '../recommender/inference/inference.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommend } from '../recommender/recommend.ts'
import {
  type RecommendationOptions,
  recommendationOptions,
  rejectConflicts,
} from '../recommender/recommendation-options.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import * as parameters from './parameters.ts'
import { respondsWith } from './problem.ts'
import {
  asOf,
  basis,
  explorationOf,
  historySize,
  modelProblems,
  recommendation,
  recommendedItem,
  versionOf,
  withTitles,
} from './responses.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: Pick<ItemCatalog, 'titles'>
}

/** Recommendations for many users, all from one version of a model; experiments do not apply. */
export function addBatchRoute(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(forUsers, async (c) => {
    const { userIds, model, ...options } = c.req.valid('json')
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const lists = await champions.use(model, async (served) => ({
      model: versionOf(served),
      users: await recommendToUsers(served, userIds, options, signal),
    }))
    return c.json({ requestId: c.get('requestId'), asOf, ...explorationOf(options), ...lists })
  })

  async function recommendToUsers(
    served: ServedModel,
    userIds: readonly string[],
    options: RecommendationOptions,
    signal: CancelSignal,
  ) {
    const recommendToUser = async (userId: string) => {
      const history = await ratings.of(userId)
      const { basis, items } = await recommend(served, history, options, { signal })
      return { userId, basis, historySize: history.length, items: await withTitles(items, catalog) }
    }
    const lists: Awaited<ReturnType<typeof recommendToUser>>[] = []
    for (let start = 0; start < userIds.length; start += userBatchSize)
      lists.push(...(await Promise.all(userIds.slice(start, start + userBatchSize).map(recommendToUser))))
    return lists
  }
}

/** Large enough to fill inference batches, small enough not to delay other requests. */
const userBatchSize = 64
const maxUsers = 1000
const maxItems = 100_000

const forUsers = createRoute({
  method: 'post',
  path: '/recommend/batch',
  security: needs('read'),
  summary: 'Recommends items to many users; experiments are ignored',
  request: {
    body: jsonBody(
      rejectConflicts(
        recommendationOptions
          .extend({
            userIds: z.array(parameters.userId).min(1).max(maxUsers),
            model: parameters.model,
          })
          .refine(({ userIds, k }) => userIds.length * k <= maxItems, {
            path: ['k'],
            message: `times the number of users must be at most ${maxItems}`,
          }),
      ),
      { userIds: ['1', '2'], k: 5 },
    ),
  },
  responses: respondsWith(
    'A list for each user, in the order of the request',
    recommendation
      .omit({ basis: true, historySize: true, items: true })
      .extend({
        asOf,
        users: z.array(
          z
            .object({ userId: z.string(), basis, historySize, items: z.array(recommendedItem) })
            .openapi('UserList'),
        ),
      })
      .openapi('RecommendationBatch'),
    'unsupported-by-model',
    ...bodyProblems,
    ...modelProblems,
  ),
})
