import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommend } from '../recommender/recommend.ts'
import type { Wish } from '../recommender/wish.ts'
import { needs } from './access/scopes.ts'
import { abandonment, type Environment } from './environment.ts'
import { answerInExperiment } from './experiment-answer.ts'
import {
  bodyProblems,
  exploration,
  givenHistory,
  ignored,
  modelProblems,
  nameOf,
  recommendation,
  titled,
  valued,
} from './list-answer.ts'
import { listBody, listQuery, requireConsistent, toWish } from './list-options.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: ItemCatalog
  readonly experiments: Pick<OpenExperiments, 'live'>
}

/** Recommendations for known users and for histories that come with the question. */
export function addRecommendRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog, experiments }: Dependencies,
): void {
  app.openapi(forUser, async (c) => {
    const { model, ...options } = c.req.valid('query')
    const { userId } = c.req.valid('param')
    return c.json(await answerUser(c, userId, model, await toWish(options, catalog)))
  })

  app.openapi(forHistory, async (c) => {
    const { userId, history, model, ...options } = c.req.valid('json')
    const wish = await toWish(options, catalog)
    if (history === undefined) return c.json({ ignored: [], ...(await answerUser(c, userId!, model, wish)) })
    const asOf = new Date().toISOString()
    const answer = await champions.use(
      model,
      async (served) => {
        const { basis, items, ignored } = await recommend(served, valued(history, served), wish)
        return { model: nameOf(served), basis, items, ignored: [...ignored] }
      },
      abandonment(c),
    )
    const requestId = c.get('requestId')
    const items = await titled(answer.items, ratings)
    return c.json({ requestId, ...answer, historySize: history.length, asOf, ...exploration(wish), items })
  })

  async function answerUser(c: Context<Environment>, userId: string, model: string | undefined, wish: Wish) {
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const requestId = c.get('requestId')
    const common = { userId, requestId, historySize: history.length, asOf, ...exploration(wish) }
    // Whoever names a model gets that one.
    const assigned = model === undefined ? experiments.live.assign(userId, history.length) : undefined
    const isAbandoned = abandonment(c)
    const asked = { userId, requestId, history, wish, isAbandoned }
    const part = assigned && (await answerInExperiment(champions, assigned, asked))
    if (part === undefined) {
      const answer = await champions.use(
        model,
        async (served) => {
          const { basis, items } = await recommend(served, history, wish)
          return { model: nameOf(served), basis, items }
        },
        isAbandoned,
      )
      return { ...common, ...answer, items: await titled(answer.items, ratings) }
    }
    const { answer, exposure } = part
    c.set('exposure', exposure)
    const { experiment, variant } = exposure
    return { ...common, experiment, variant, ...answer, items: await titled(answer.items, ratings) }
  }
}

const forOneUser = recommendation.extend({
  userId: z.string(),
  experiment: z.string().optional().openapi({ description: 'Where the answer is part of one' }),
  variant: z.string().optional().openapi({
    description: 'What the user gets in it; "interleaved" where two variants share the list',
  }),
})

const forUser = createRoute({
  method: 'get',
  path: '/recommend/{userId}',
  security: needs('read'),
  summary: 'Recommends from what a user has rated up to now',
  request: { params: parameters.userPath, query: requireConsistent(z.strictObject(listQuery)) },
  responses: answers(
    'The best items; by popularity for a user nobody knows',
    forOneUser.openapi('Recommendation'),
    'unsupported-by-model',
    ...modelProblems,
  ),
})

const forHistory = createRoute({
  method: 'post',
  path: '/recommend',
  security: needs('read'),
  summary: 'Recommends from a history that is not in the database, or to a user',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          example: { history: [{ itemId: '50', value: 5 }], k: 5, filter: 'year >= 1990' },
          schema: requireConsistent(
            z
              .strictObject({
                history: givenHistory.optional(),
                userId: parameters.userId.optional().openapi({ description: 'In place of a history' }),
                ...listBody,
              })
              .refine(({ history, userId }) => (history === undefined) !== (userId === undefined), {
                message: 'must have either a history or a userId',
              }),
          ),
        },
      },
    },
  },
  responses: answers(
    'The best items',
    forOneUser.partial({ userId: true }).extend({ ignored }).openapi('RecommendationForHistory'),
    'unsupported-by-model',
    ...bodyProblems,
    ...modelProblems,
  ),
})
