import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommend } from '../recommender/recommend.ts'
import {
  type RecommendationOptions,
  recommendationOptions,
  rejectConflicts,
} from '../recommender/recommendation-options.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import { respondList, respondsWithList } from './list-response.ts'
import * as parameters from './parameters.ts'
import { recommendInExperiment } from './recommend-in-experiment.ts'
import { recommendationQuery } from './recommendation-query.ts'
import { explorationOf, ignored, modelProblems, recommendation, versionOf, withTitles } from './responses.ts'
import { requestHistory, withValues } from './user-or-history.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly catalog: Pick<ItemCatalog, 'titles'>
  readonly experiments: Pick<OpenExperiments, 'live'>
}

/** Recommendations for users in the database, and for histories sent with the request. */
export function addRecommendRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, catalog, experiments }: Dependencies,
): void {
  app.openapi(forUser, async (c) => {
    const { model, surface, ...options } = c.req.valid('query')
    const list = await recommendToUser(c, c.req.valid('param').userId, { model, surface }, options)
    return respondList(c, list, list.items)
  })

  app.openapi(forHistory, async (c) => {
    const { userId, history, model, surface, ...options } = c.req.valid('json')
    if (history === undefined) {
      const list = await recommendToUser(c, userId!, { model, surface }, options)
      return respondList(c, { ignored: [], ...list }, list.items)
    }
    const signal = clientSignal(c)
    const asOf = new Date().toISOString()
    const list = await champions.use(model, async (served) => {
      const rated = withValues(history, served)
      const { basis, items, ignored } = await recommend(served, rated, options, { signal })
      return { model: versionOf(served), basis, items, ignored: [...ignored] }
    })
    const context = { requestId: c.get('requestId'), historySize: history.length, asOf }
    const items = await withTitles(list.items, catalog)
    return respondList(c, { ...context, ...explorationOf(options), ...list, items }, items)
  })

  async function recommendToUser(
    c: Context<Environment>,
    userId: string,
    { model, surface }: { readonly model: string | undefined; readonly surface: string | undefined },
    options: RecommendationOptions,
  ) {
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const [requestId, signal] = [c.get('requestId'), clientSignal(c)]
    const context = { userId, requestId, historySize: history.length, asOf, ...explorationOf(options) }
    // A request that names a model takes no part in experiments.
    const assigned =
      model === undefined ? experiments.live.assign(userId, history.length, surface) : undefined
    const inExperiment =
      assigned &&
      (await recommendInExperiment(champions, assigned, { userId, requestId, history, options, signal }))
    if (inExperiment) {
      const { list, exposure } = inExperiment
      c.set('exposure', exposure)
      const { experiment, variant } = exposure
      return { ...context, experiment, variant, ...list, items: await withTitles(list.items, catalog) }
    }
    const list = await champions.use(model, async (served) => {
      const { basis, items } = await recommend(served, history, options, { signal })
      return { model: versionOf(served), basis, items }
    })
    return { ...context, ...list, items: await withTitles(list.items, catalog) }
  }
}

const userRecommendation = recommendation.extend({
  userId: z.string(),
  experiment: z.string().optional().openapi({ description: 'The experiment that the response is part of' }),
  variant: z.string().optional().openapi({
    description: 'The user’s variant in the experiment; "interleaved" when two variants share the list',
  }),
})

const forUser = createRoute({
  method: 'get',
  path: '/recommend/{userId}',
  security: needs('read'),
  summary: 'Recommends items to a user by their current ratings',
  request: {
    params: parameters.userPath,
    query: rejectConflicts(
      z.strictObject({ model: parameters.model, surface: parameters.surface, ...recommendationQuery }),
    ),
  },
  responses: respondsWithList(
    'The top items; the most popular ones for an unknown user',
    userRecommendation.openapi('Recommendation'),
    'unsupported-by-model',
    ...modelProblems,
  ),
})

const forHistory = createRoute({
  method: 'post',
  path: '/recommend',
  security: needs('read'),
  summary: 'Recommends items for a history in the body, or to a user',
  request: {
    body: jsonBody(
      rejectConflicts(
        recommendationOptions
          .extend({
            history: requestHistory.optional(),
            userId: parameters.userId.optional().openapi({ description: 'Instead of a history' }),
            model: parameters.model,
            surface: parameters.surface,
          })
          .refine(({ history, userId }) => (history === undefined) !== (userId === undefined), {
            message: 'must have either a history or a userId',
          }),
      ),
      { history: [{ itemId: '50', value: 5 }], k: 5, filter: 'year >= 1990' },
    ),
  },
  responses: respondsWithList(
    'The top items',
    userRecommendation.partial({ userId: true }).extend({ ignored }).openapi('RecommendationForHistory'),
    'unsupported-by-model',
    ...bodyProblems,
    ...modelProblems,
  ),
})
