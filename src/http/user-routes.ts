import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { embed } from '../recommender/latent-space.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import type { SimilarUsers } from '../recommender/similar-users.ts'
import { needs } from './access/scopes.ts'
import { abandonment, type Environment } from './environment.ts'
import { asOf, historySize, modelProblems, nameOf } from './list-answer.ts'
import * as parameters from './parameters.ts'
import { answers } from './problem.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly ratings: UserRatings
  readonly similarUsers: Pick<SimilarUsers, 'find'>
}

/** Where a user lies to a model, and who lies near. */
export function addUserRoutes(
  app: OpenAPIHono<Environment>,
  { champions, ratings, similarUsers }: Dependencies,
): void {
  app.openapi(embedding, async (c) => {
    const { userId } = c.req.valid('param')
    const { model } = c.req.valid('query')
    const asOf = new Date().toISOString()
    const history = await ratings.of(userId)
    const task = async (served: ServedModel) => {
      const { mean, std } = await embed(served, history)
      return {
        model: nameOf(served),
        size: mean.length,
        embedding: Array.from(mean),
        std: std && Array.from(std),
      }
    }
    const answer = await champions.use(model, task, abandonment(c))
    return c.json({ userId, historySize: history.length, asOf, ...answer })
  })

  app.openapi(similar, async (c) => {
    const { userId } = c.req.valid('param')
    const { model, k } = c.req.valid('query')
    const asOf = new Date().toISOString()
    const { users, indexedAt, ...answer } = await similarUsers.find(model, userId, k)
    return c.json({ userId, asOf, ...answer, indexedAt: indexedAt.toISOString(), users: [...users] })
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
        historySize,
        asOf,
        model: parameters.answeringModel,
        size: z.int(),
        embedding: z.array(z.number()).openapi({ description: 'The mean, where it is a distribution' }),
        std: z
          .array(z.number())
          .nullable()
          .openapi({ description: 'Standard deviations, of a model with a posterior such as mult-vae' }),
      })
      .openapi('Embedding'),
    'unsupported-by-model',
    ...modelProblems,
  ),
})

const similar = createRoute({
  method: 'get',
  path: '/users/{userId}/similar',
  security: needs('read'),
  summary: 'The users whose tastes are nearest',
  request: {
    params: parameters.userPath,
    query: z.strictObject({ k: parameters.kText, model: parameters.model }),
  },
  responses: answers(
    'Nearest first, compared by their ratings as they stand now; looked for in an index of at most 50,000 users, who are drawn by their ids where there are more, renewed when it is older than ten minutes',
    z
      .object({
        userId: z.string(),
        model: parameters.answeringModel,
        historySize,
        asOf,
        indexedUsers: z.int().openapi({ description: 'Among how many users the nearest were looked for' }),
        indexedAt: z.iso.datetime().openapi({ description: 'Who came since is not found' }),
        users: z.array(
          z.object({
            userId: z.string(),
            similarity: z
              .number()
              .openapi({ description: 'Cosine of the embeddings, each less the mean of all' }),
          }),
        ),
      })
      .openapi('SimilarUsers'),
    'unsupported-by-model',
    'index-not-ready',
    ...modelProblems,
  ),
})
