import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { embed } from '../recommender/recommend.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
}

/** What concerns one user besides recommendations: the embedding. */
export function addUserRoutes(app: OpenAPIHono<Environment>, { champions, ratings }: Dependencies): void {
  app.openapi(embedding, async (c) => {
    const { userId } = c.req.valid('param')
    const { model } = c.req.valid('query')
    const history = await ratings.of(userId)
    const answer = await champions.use(model, async (served) => {
      const { model: name, version } = served.manifest
      const values = await embed(served, history)
      return { model: { name, version }, size: values.length, embedding: Array.from(values) }
    })
    return c.json({ userId, historySize: history.length, ...answer })
  })
}

const embedding = createRoute({
  method: 'get',
  path: '/users/{userId}/embedding',
  security: needs('read'),
  summary: 'Where a user lies in the latent space of a model',
  request: { params: parameters.userPath, query: z.strictObject({ model: parameters.model }) },
  responses: answers(
    'The embedding of what the user has rated up to now; of an empty history for a user nobody knows',
    z
      .object({
        userId: z.string(),
        historySize: z.int(),
        model: parameters.answeringModel,
        size: z.int(),
        embedding: z.array(z.number()),
      })
      .openapi('Embedding'),
    'unknown-model',
    'no-latent-space',
    'no-champion',
    'model-unavailable',
  ),
})
