import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { RatedItem, UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { type Recommendations, recommend } from '../recommender/recommend.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { answerInExperiment } from './experiment-answer.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly experiments: Pick<OpenExperiments, 'live'>
}

/** Recommendations for known users and for histories that come with the question. */
export function addRecommendRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, experiments }: Dependencies,
): void {
  app.openapi(forUser, async (c) => {
    const { userId } = c.req.valid('param')
    const { k, model } = c.req.valid('query')
    const history = await ratings.of(userId)
    const requestId = c.get('requestId')
    // Whoever names a model gets that one.
    const assigned = model === undefined ? experiments.live.assign(userId, history.length) : undefined
    const part =
      assigned && (await answerInExperiment(champions, assigned, { userId, requestId, history, k }))
    if (part === undefined) {
      const { ignored: _, ...answer } = await champions.use(model, (served) => answerFrom(served, history, k))
      return c.json({ userId, requestId, ...answer })
    }
    const { answer, exposure } = part
    c.set('exposure', exposure)
    const { experiment, variant } = exposure
    return c.json({ userId, requestId, experiment, variant, ...answer, items: await titled(answer.items) })
  })

  app.openapi(forHistory, async (c) => {
    const { history, k, model } = c.req.valid('json')
    return c.json(await champions.use(model, (served) => answerFrom(served, valued(history, served), k)))
  })

  async function answerFrom(served: ServedModel, history: readonly RatedItem[], k: number) {
    const { basis, items, ignored } = await recommend(served, history, k)
    const { model: name, version } = served.manifest
    return {
      model: { name, version },
      basis,
      historySize: history.length,
      items: await titled(items),
      ignored,
    }
  }

  async function titled(items: Recommendations['items']) {
    const titles = await ratings.titles(items.map(({ itemId }) => itemId))
    return items.map(({ itemId, score }) => ({ itemId, title: titles.get(itemId) ?? null, score }))
  }
}

const problems = ['unknown-model', 'no-champion', 'model-unavailable'] as const

export const recommendation = z.object({
  model: parameters.answeringModel,
  basis: z.enum(['history', 'popularity']).openapi({
    description: 'Popularity stands in where the model knows nothing of the history, as for a new user',
  }),
  historySize: z.int().openapi({ description: 'How many items were rated' }),
  items: z
    .array(
      z.object({
        itemId: z.string(),
        title: z.string().nullable(),
        score: z.number().openapi({ description: 'Comparable only within one answer' }),
      }),
    )
    .openapi({ description: 'Best first, nothing that was rated' }),
})

const forUser = createRoute({
  method: 'get',
  path: '/recommend/{userId}',
  security: needs('read'),
  summary: 'Recommends from what a user has rated up to now',
  request: {
    params: parameters.userPath,
    query: z.strictObject({ k: parameters.kText, model: parameters.model }),
  },
  responses: answers(
    'The best items; by popularity for a user nobody knows',
    recommendation
      .extend({
        userId: z.string(),
        requestId: z.string().openapi({ description: 'To be named in feedback on this answer' }),
        experiment: z.string().optional().openapi({ description: 'Where the answer is part of one' }),
        variant: z.string().optional().openapi({
          description: 'What the user gets in it; "interleaved" where two variants share the list',
        }),
      })
      .openapi('Recommendation'),
    ...problems,
  ),
})

const forHistory = createRoute({
  method: 'post',
  path: '/recommend',
  security: needs('read'),
  summary: 'Recommends from a history that is not in the database',
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            history: z.array(
              z.strictObject({
                itemId: parameters.itemId,
                value: parameters.ratingValue.optional().openapi({
                  description: 'The rating; where left out, the highest that the model has seen',
                }),
              }),
            ),
            k: parameters.k,
            model: parameters.model,
          }),
        },
      },
    },
  },
  responses: answers(
    'The best items',
    recommendation
      .extend({ ignored: z.array(z.string()).openapi({ description: 'Items that the model does not know' }) })
      .openapi('RecommendationForHistory'),
    'malformed-body',
    'unsupported-media-type',
    'body-too-large',
    ...problems,
  ),
})

function valued(
  history: readonly { itemId: string; value?: number | undefined }[],
  { highestRating }: ServedModel,
): RatedItem[] {
  return history.map(({ itemId, value = highestRating }) => ({ itemId, value }))
}
