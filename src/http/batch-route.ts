import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommend } from '../recommender/recommend.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import type { Wish } from '../recommender/wish.ts'
import { needs } from './access/scopes.ts'
import { abandonment, type Environment } from './environment.ts'
import {
  asOf,
  basis,
  bodyProblems,
  exploration,
  historySize,
  listedItem,
  modelProblems,
  nameOf,
  recommendation,
  titled,
} from './list-answer.ts'
import { listBody, requireConsistent, toWish } from './list-options.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: ItemCatalog
}

/** Recommendations for many users at once, all from one version of a model; no experiment takes part. */
export function addBatchRoute(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog }: Dependencies,
): void {
  app.openapi(forUsers, async (c) => {
    const { userIds, model, ...options } = c.req.valid('json')
    const wish = await toWish(options, catalog)
    const common = { requestId: c.get('requestId'), asOf: new Date().toISOString(), ...exploration(wish) }
    const task = async (served: ServedModel) => ({
      model: nameOf(served),
      users: await answerUsers(served, userIds, wish),
    })
    const answer = await champions.use(model, task, abandonment(c))
    return c.json({ ...common, ...answer })
  })

  async function answerUsers(served: ServedModel, userIds: readonly string[], wish: Wish) {
    const answered: Awaited<ReturnType<typeof answerUser>>[] = []
    for (let start = 0; start < userIds.length; start += usersAtOnce) {
      const some = userIds.slice(start, start + usersAtOnce)
      answered.push(...(await Promise.all(some.map((userId) => answerUser(served, userId, wish)))))
    }
    return answered
  }

  async function answerUser(served: ServedModel, userId: string, wish: Wish) {
    const history = await ratings.of(userId)
    const { basis, items } = await recommend(served, history, wish)
    return { userId, basis, historySize: history.length, items: await titled(items, ratings) }
  }
}

/** So many that they fill a batch, and so few that others get their turn. */
const usersAtOnce = 64
const mostUsers = 1000
const mostItems = 100_000

const forUsers = createRoute({
  method: 'post',
  path: '/recommend/batch',
  security: needs('read'),
  summary: 'Recommends to many users at once, outside of experiments',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          example: { userIds: ['1', '2'], k: 5 },
          schema: requireConsistent(
            z
              .strictObject({ userIds: z.array(parameters.userId).min(1).max(mostUsers), ...listBody })
              .refine(({ userIds, k }) => userIds.length * k <= mostItems, {
                path: ['k'],
                message: `times the number of users must be at most ${mostItems}`,
              }),
          ),
        },
      },
    },
  },
  responses: answers(
    'A list for each user, in the order asked',
    recommendation
      .omit({ basis: true, historySize: true, items: true })
      .extend({
        asOf,
        users: z.array(
          z
            .object({ userId: z.string(), basis, historySize, items: z.array(listedItem) })
            .openapi('UserList'),
        ),
      })
      .openapi('RecommendationBatch'),
    'unsupported-by-model',
    ...bodyProblems,
    ...modelProblems,
  ),
})
